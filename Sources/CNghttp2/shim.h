// nghttp2 1.52 needs no shim of its own: its functions and enumerations are imported as they are.
#pragma once

#include <nghttp2/nghttp2.h>
