#ifndef PST_VERSION_H
#define PST_VERSION_H

/* CMakeLists.txt reads its version from here. */
#define PST_VERSION "0.1.0"

#endif
