#ifndef CPAGES_H
#define CPAGES_H

#include <stddef.h>

// A file of `Resources` that the compiler lays into the program as it is.
struct CPage {
  const char *name;
  const unsigned char *bytes;
  size_t count;
};

// The files of one folder, by their path below `Resources`.
struct CPages {
  const struct CPage *pages;
  size_t count;
};

struct CPages cpages_shared(void);
struct CPages cpages_console(void);
struct CPages cpages_digital_id_center(void);
struct CPages cpages_two_factor(void);

#endif
