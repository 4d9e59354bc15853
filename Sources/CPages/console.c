#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char home[] = {
#embed "Resources/console/home.html"
};

static const struct CPage pages[] = {
    {"console/home.html", home, sizeof home},
};

struct CPages cpages_console(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
