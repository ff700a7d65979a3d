#pragma once

/// A function of libpci, or NULL with errno ELIBACC where libpci is not installed.
void *rdmactl_pci_function(const char *name);

/// A function of liblzma, or NULL with errno ELIBACC where liblzma is not installed.
void *rdmactl_lzma_function(const char *name);

/// A function of libmnl, or NULL with errno ELIBACC where libmnl is not installed.
void *rdmactl_mnl_function(const char *name);
