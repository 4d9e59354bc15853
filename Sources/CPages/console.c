#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char audit[] = {
#embed "Resources/console/audit.html"
};

static const unsigned char certificate[] = {
#embed "Resources/console/certificate.html"
};

static const unsigned char certificates[] = {
#embed "Resources/console/certificates.html"
};

static const unsigned char clock[] = {
#embed "Resources/console/clock.html"
};

static const unsigned char console_css[] = {
#embed "Resources/console/console.css"
};

static const unsigned char faults[] = {
#embed "Resources/console/faults.html"
};

static const unsigned char handshake[] = {
#embed "Resources/console/handshake.html"
};

static const unsigned char home[] = {
#embed "Resources/console/home.html"
};

static const unsigned char journal_entry[] = {
#embed "Resources/console/journal-entry.html"
};

static const unsigned char journal[] = {
#embed "Resources/console/journal.html"
};

static const unsigned char journal_js[] = {
#embed "Resources/console/journal.js"
};

static const unsigned char mail[] = {
#embed "Resources/console/mail.html"
};

static const unsigned char mailbox[] = {
#embed "Resources/console/mailbox.html"
};

static const unsigned char notice[] = {
#embed "Resources/console/notice.html"
};

static const unsigned char pickup[] = {
#embed "Resources/console/pickup.html"
};

static const unsigned char snapshots[] = {
#embed "Resources/console/snapshots.html"
};

static const unsigned char snapshots_js[] = {
#embed "Resources/console/snapshots.js"
};

static const unsigned char snippet_curl[] = {
#embed "Resources/console/snippet-curl.html"
};

static const unsigned char snippet_java[] = {
#embed "Resources/console/snippet-java.html"
};

static const unsigned char snippet_node[] = {
#embed "Resources/console/snippet-node.html"
};

static const unsigned char snippet_python[] = {
#embed "Resources/console/snippet-python.html"
};

static const unsigned char tour_start[] = {
#embed "Resources/console/tour-start.html"
};

static const unsigned char tour[] = {
#embed "Resources/console/tour.html"
};

static const unsigned char user[] = {
#embed "Resources/console/user.html"
};

static const unsigned char users[] = {
#embed "Resources/console/users.html"
};

static const unsigned char worlds[] = {
#embed "Resources/console/worlds.html"
};

static const struct CPage pages[] = {
    {"console/audit.html", audit, sizeof audit},
    {"console/certificate.html", certificate, sizeof certificate},
    {"console/certificates.html", certificates, sizeof certificates},
    {"console/clock.html", clock, sizeof clock},
    {"console/console.css", console_css, sizeof console_css},
    {"console/faults.html", faults, sizeof faults},
    {"console/handshake.html", handshake, sizeof handshake},
    {"console/home.html", home, sizeof home},
    {"console/journal-entry.html", journal_entry, sizeof journal_entry},
    {"console/journal.html", journal, sizeof journal},
    {"console/journal.js", journal_js, sizeof journal_js},
    {"console/mail.html", mail, sizeof mail},
    {"console/mailbox.html", mailbox, sizeof mailbox},
    {"console/notice.html", notice, sizeof notice},
    {"console/pickup.html", pickup, sizeof pickup},
    {"console/snapshots.html", snapshots, sizeof snapshots},
    {"console/snapshots.js", snapshots_js, sizeof snapshots_js},
    {"console/snippet-curl.html", snippet_curl, sizeof snippet_curl},
    {"console/snippet-java.html", snippet_java, sizeof snippet_java},
    {"console/snippet-node.html", snippet_node, sizeof snippet_node},
    {"console/snippet-python.html", snippet_python, sizeof snippet_python},
    {"console/tour-start.html", tour_start, sizeof tour_start},
    {"console/tour.html", tour, sizeof tour},
    {"console/user.html", user, sizeof user},
    {"console/users.html", users, sizeof users},
    {"console/worlds.html", worlds, sizeof worlds},
};

struct CPages cpages_console(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
