#pragma once
#include <infiniband/umad.h>
