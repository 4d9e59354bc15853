#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char home[] = {
#embed "Resources/two-factor/home.html"
};

static const struct CPage pages[] = {
    {"two-factor/home.html", home, sizeof home},
};

struct CPages cpages_two_factor(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
