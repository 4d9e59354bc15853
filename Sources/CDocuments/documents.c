#include "CDocuments.h"

// The directive is of C23, which SwiftPM does not compile by; clang has it for every language.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char open_api[] = {
#embed "../../docs/openapi-public.json"
};

static const unsigned char control_open_api[] = {
#embed "../../docs/openapi-control.json"
};

static const unsigned char page[] = {
#embed "page/index.html"
};

static const unsigned char page_style[] = {
#embed "page/page.css"
};

static const unsigned char page_script[] = {
#embed "page/page.js"
};

struct CDocument cdocument_open_api(void) {
  return (struct CDocument){open_api, sizeof open_api};
}

struct CDocument cdocument_control_open_api(void) {
  return (struct CDocument){control_open_api, sizeof control_open_api};
}

struct CDocument cdocument_page(void) {
  return (struct CDocument){page, sizeof page};
}

struct CDocument cdocument_page_style(void) {
  return (struct CDocument){page_style, sizeof page_style};
}

struct CDocument cdocument_page_script(void) {
  return (struct CDocument){page_script, sizeof page_script};
}
