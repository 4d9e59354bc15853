#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char administrator_request[] = {
#embed "Resources/digital-id-center/administrator-request.html"
};

static const unsigned char administrator[] = {
#embed "Resources/digital-id-center/administrator.html"
};

static const unsigned char center_style[] = {
#embed "Resources/digital-id-center/center.css"
};

static const unsigned char certificate[] = {
#embed "Resources/digital-id-center/certificate.html"
};

static const unsigned char confirm[] = {
#embed "Resources/digital-id-center/confirm.html"
};

static const unsigned char enrol[] = {
#embed "Resources/digital-id-center/enrol.html"
};

static const unsigned char field[] = {
#embed "Resources/digital-id-center/field.html"
};

static const unsigned char file[] = {
#embed "Resources/digital-id-center/file.html"
};

static const unsigned char frame[] = {
#embed "Resources/digital-id-center/frame.html"
};

static const unsigned char gate[] = {
#embed "Resources/digital-id-center/gate.html"
};

static const unsigned char help[] = {
#embed "Resources/digital-id-center/help.html"
};

static const unsigned char home[] = {
#embed "Resources/digital-id-center/home.html"
};

static const unsigned char install_ca[] = {
#embed "Resources/digital-id-center/install-ca.html"
};

static const unsigned char install[] = {
#embed "Resources/digital-id-center/install.html"
};

static const unsigned char keys_script[] = {
#embed "Resources/digital-id-center/keys.js"
};

static const unsigned char messages[] = {
#embed "Resources/digital-id-center/messages.html"
};

static const unsigned char private_page[] = {
#embed "Resources/digital-id-center/private.html"
};

static const unsigned char problems[] = {
#embed "Resources/digital-id-center/problems.html"
};

static const unsigned char receive_start[] = {
#embed "Resources/digital-id-center/receive-start.html"
};

static const unsigned char receive[] = {
#embed "Resources/digital-id-center/receive.html"
};

static const unsigned char renew_certificate[] = {
#embed "Resources/digital-id-center/renew-certificate.html"
};

static const unsigned char request[] = {
#embed "Resources/digital-id-center/request.html"
};

static const unsigned char revoke_certificate[] = {
#embed "Resources/digital-id-center/revoke-certificate.html"
};

static const unsigned char search[] = {
#embed "Resources/digital-id-center/search.html"
};

static const unsigned char steps[] = {
#embed "Resources/digital-id-center/steps.html"
};

static const unsigned char support_request[] = {
#embed "Resources/digital-id-center/support-request.html"
};

static const unsigned char support[] = {
#embed "Resources/digital-id-center/support.html"
};

static const struct CPage pages[] = {
    {"digital-id-center/administrator-request.html", administrator_request, sizeof administrator_request},
    {"digital-id-center/administrator.html", administrator, sizeof administrator},
    {"digital-id-center/center.css", center_style, sizeof center_style},
    {"digital-id-center/certificate.html", certificate, sizeof certificate},
    {"digital-id-center/confirm.html", confirm, sizeof confirm},
    {"digital-id-center/enrol.html", enrol, sizeof enrol},
    {"digital-id-center/field.html", field, sizeof field},
    {"digital-id-center/file.html", file, sizeof file},
    {"digital-id-center/frame.html", frame, sizeof frame},
    {"digital-id-center/gate.html", gate, sizeof gate},
    {"digital-id-center/help.html", help, sizeof help},
    {"digital-id-center/home.html", home, sizeof home},
    {"digital-id-center/install-ca.html", install_ca, sizeof install_ca},
    {"digital-id-center/install.html", install, sizeof install},
    {"digital-id-center/keys.js", keys_script, sizeof keys_script},
    {"digital-id-center/messages.html", messages, sizeof messages},
    {"digital-id-center/private.html", private_page, sizeof private_page},
    {"digital-id-center/problems.html", problems, sizeof problems},
    {"digital-id-center/receive-start.html", receive_start, sizeof receive_start},
    {"digital-id-center/receive.html", receive, sizeof receive},
    {"digital-id-center/renew-certificate.html", renew_certificate, sizeof renew_certificate},
    {"digital-id-center/request.html", request, sizeof request},
    {"digital-id-center/revoke-certificate.html", revoke_certificate, sizeof revoke_certificate},
    {"digital-id-center/search.html", search, sizeof search},
    {"digital-id-center/steps.html", steps, sizeof steps},
    {"digital-id-center/support-request.html", support_request, sizeof support_request},
    {"digital-id-center/support.html", support, sizeof support},
};

struct CPages cpages_digital_id_center(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
