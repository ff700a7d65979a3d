#pragma once
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
