#pragma once
#include <infiniband/mad.h>
