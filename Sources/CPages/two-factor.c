#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char home_page[] = {
#embed "Resources/two-factor/home.html"
};

static const unsigned char settings_page[] = {
#embed "Resources/two-factor/settings.html"
};

static const unsigned char sign_in_page[] = {
#embed "Resources/two-factor/sign-in.html"
};

static const unsigned char initialization_page[] = {
#embed "Resources/two-factor/initialization.html"
};

static const unsigned char certificate_page[] = {
#embed "Resources/two-factor/certificate.html"
};

static const unsigned char signed_in_page[] = {
#embed "Resources/two-factor/signed-in.html"
};

static const unsigned char continue_page[] = {
#embed "Resources/two-factor/continue.html"
};

static const unsigned char import_page[] = {
#embed "Resources/two-factor/import.html"
};

static const unsigned char lost_page[] = {
#embed "Resources/two-factor/lost.html"
};

static const unsigned char gate_signed_in_page[] = {
#embed "Resources/two-factor/gate-signed-in.html"
};

static const unsigned char gate_error_page[] = {
#embed "Resources/two-factor/gate-error.html"
};

static const struct CPage pages[] = {
    {"two-factor/home.html", home_page, sizeof home_page},
    {"two-factor/settings.html", settings_page, sizeof settings_page},
    {"two-factor/sign-in.html", sign_in_page, sizeof sign_in_page},
    {"two-factor/initialization.html", initialization_page, sizeof initialization_page},
    {"two-factor/certificate.html", certificate_page, sizeof certificate_page},
    {"two-factor/signed-in.html", signed_in_page, sizeof signed_in_page},
    {"two-factor/continue.html", continue_page, sizeof continue_page},
    {"two-factor/import.html", import_page, sizeof import_page},
    {"two-factor/lost.html", lost_page, sizeof lost_page},
    {"two-factor/gate-signed-in.html", gate_signed_in_page, sizeof gate_signed_in_page},
    {"two-factor/gate-error.html", gate_error_page, sizeof gate_error_page},
};

struct CPages cpages_two_factor(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
