#ifndef CDOCUMENTS_H
#define CDOCUMENTS_H

#include <stddef.h>

// Files that the compiler lays into the program as they are. SwiftPM's own way of embedding writes
// one Swift literal per byte, and takes minutes for a document of this size.
struct CDocument {
  const unsigned char *bytes;
  size_t count;
};

struct CDocument cdocument_open_api(void);
struct CDocument cdocument_control_open_api(void);
struct CDocument cdocument_page(void);
struct CDocument cdocument_page_style(void);
struct CDocument cdocument_page_script(void);

#endif
