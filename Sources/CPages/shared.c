#include "CPages.h"

// The directive is of C23, which SwiftPM does not compile by; clang has it for every language.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char layout[] = {
#embed "Resources/shared/layout.html"
};

static const unsigned char refusal[] = {
#embed "Resources/shared/refusal.html"
};

static const unsigned char style[] = {
#embed "Resources/shared/pages.css"
};

static const unsigned char script[] = {
#embed "Resources/shared/pages.js"
};

static const unsigned char icon[] = {
#embed "Resources/shared/icon.svg"
};

static const struct CPage pages[] = {
    {"shared/layout.html", layout, sizeof layout},
    {"shared/refusal.html", refusal, sizeof refusal},
    {"shared/pages.css", style, sizeof style},
    {"shared/pages.js", script, sizeof script},
    {"shared/icon.svg", icon, sizeof icon},
};

struct CPages cpages_shared(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
