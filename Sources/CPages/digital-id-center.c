#include "CPages.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char home[] = {
#embed "Resources/digital-id-center/home.html"
};

static const struct CPage pages[] = {
    {"digital-id-center/home.html", home, sizeof home},
};

struct CPages cpages_digital_id_center(void) {
  return (struct CPages){pages, sizeof pages / sizeof *pages};
}
