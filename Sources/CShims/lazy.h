#pragma once

/// Defines a function of a library under its own name. It passes its calls on; the real function is looked up once.
/// `otherwise` is the result where the library is not installed.
#define RDMACTL_PASS(library_function, result, name, parameters, arguments, otherwise) \
  result name parameters { \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))library_function(#name); \
    return real ? real arguments : (otherwise); \
  }

/// A function of libpci, or NULL with errno ELIBACC where libpci is not installed.
void *rdmactl_pci_function(const char *name);

/// A function of liblzma, or NULL with errno ELIBACC where liblzma is not installed.
void *rdmactl_lzma_function(const char *name);

/// A function of zlib, or NULL with errno ELIBACC where zlib is not installed.
void *rdmactl_zlib_function(const char *name);

/// A function of libmnl, or NULL with errno ELIBACC where libmnl is not installed.
void *rdmactl_mnl_function(const char *name);

/// A function of libibumad, or NULL with errno ELIBACC where libibumad is not installed.
void *rdmactl_umad_function(const char *name);
