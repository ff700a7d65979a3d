# make, make test, make demo, make install, make deb, make rpm: what each needs is in Tests/scripts/deps.

PREFIX ?= /usr/local
DESTDIR ?=

BINARY = .build/stripped/rdmactl
# What `rdmactl sock run --compat` loads into programs: C alone, beside the program in a build.
COMPAT = .build/stripped/librdmactl-compat.so
SOURCES = $(shell find Package.swift Sources Makefile -type f)
EXAMPLES = $(wildcard examples/*)

# One version, for the program, the packages and the source archive; CHANGELOG.md has the day (`make lint` compares them).
VERSION := $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Commands/Rdmactl.swift)
DAY := $(shell sed -n 's/^\#\# $(VERSION) (\([0-9-]*\))$$/\1/p' CHANGELOG.md)

# The commit that `rdmactl --version` names. A source archive has it in a file.
RDMACTL_COMMIT := $(shell git describe --always --dirty 2>/dev/null || cat COMMIT 2>/dev/null || echo unknown)
export RDMACTL_COMMIT

# The argument parser from `make vendor`, where that was run: the build then needs no network.
export RDMACTL_VENDOR := $(wildcard Vendor)

# Swift asks the linker for -lstdc++; in this folder the linker finds nothing but the archive.
STATIC = .build/static

# One file without Swift, libstdc++ and libgcc beside it, and without what needs a glibc newer than 2.34 (packed relative
# relocations do). Folded code, which the default linker does not support, and the names of everything in the program, which
# Swift exports for libraries that nobody loads, are 2 MB. Linked without symbols and without names of folders, two builds in
# two folders are the same bytes.
RELEASE = --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld -Xlinker --icf=safe -Xlinker -z -Xlinker now \
  -Xlinker --no-export-dynamic -Xlinker -L$(CURDIR)/$(STATIC) -Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
  -Xlinker --strip-all -Xlinker --build-id=sha1 \
  -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=/rdmactl -Xcc -ffile-prefix-map=$(CURDIR)=/rdmactl

# Debian's zsh looks for what packages bring and for what the administrator installs in different places.
ZSH ?= $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

# The file list: source, mode and target of each file below PREFIX. install, uninstall, deb and rpm all follow it.
LIST = $(BINARY):755:sbin/rdmactl \
  $(COMPAT):644:lib/rdmactl/$(notdir $(COMPAT)) \
  $(foreach page,$(wildcard man/*.7),$(page):644:share/man/man7/$(notdir $(page))) \
  $(foreach page,$(wildcard man/*.8),$(page):644:share/man/man8/$(notdir $(page))) \
  completions/rdmactl.bash:644:share/bash-completion/completions/rdmactl \
  completions/_rdmactl:644:share/zsh/$(ZSH)/_rdmactl \
  completions/rdmactl.fish:644:share/fish/vendor_completions.d/rdmactl.fish \
  packaging/tmpfiles.conf:644:lib/tmpfiles.d/rdmactl.conf \
  $(foreach page,README.md NOTICE.md,$(page):644:share/doc/rdmactl/$(page)) \
  $(foreach example,$(EXAMPLES),$(example):644:share/doc/rdmactl/$(example))

.PHONY: all build binary trials-program checked deps vendor dist deb rpm demo test bench fuzz trials lint generate install uninstall files clean

all: build

build: checked $(STATIC)/libstdc++.a $(COMPAT)
	@mkdir -p $(dir $(BINARY))
	swift build -c release --product rdmactl $(RELEASE)
	@install -m 755 .build/release/rdmactl $(BINARY)

# Long tests, from the modules that `build` makes: with other flags everything would be compiled twice.
trials-program: checked $(STATIC)/libstdc++.a
	swift build -c release --product trials $(RELEASE)

checked:
	@Tests/scripts/deps check

$(STATIC)/libstdc++.a: | checked
	@mkdir -p $(STATIC)
	@ln -sf "$$(clang -print-file-name=libstdc++.a)" $@

$(COMPAT): Sources/SocketCompat/compat.c
	@mkdir -p $(dir $@)
	clang -std=c11 -O2 -fPIC -shared -Wall -Wextra -Werror -s -Wl,--build-id=sha1 -ffile-prefix-map=$(CURDIR)=/rdmactl -o $@ $< -ldl

# For `install`: as root, where there may be no Swift, nothing is built that is there already.
$(BINARY): $(SOURCES)
	$(MAKE) build
binary: $(BINARY)

deps:
	Tests/scripts/deps

# The one package of others that a build fetches, into Vendor/.
vendor:
	env -u RDMACTL_VENDOR swift package resolve
	rm -rf Vendor
	mkdir -p Vendor/swift-argument-parser
	git -C .build/checkouts/swift-argument-parser archive HEAD | tar -x -C Vendor/swift-argument-parser

# The source archive, with Vendor/ in it when `make vendor` was run. What is committed, as it is committed.
dist:
	packaging/dist $(VERSION) $(DAY) $(RDMACTL_COMMIT)

deb:
	packaging/deb $(VERSION) $(DAY)

rpm: $(BINARY)
	packaging/rpm $(VERSION) $(DAY)

# Scenes on simulated fabrics, adapters and interfaces; what is claimed of each is checked.
demo:
	Tests/scripts/deps demo
	python3 Tests/proof demo

test:
	Tests/scripts/test

# Beside its peers, each row with its limit.
bench: build
	python3 Tests/proof bench

# Seconds for each parser.
SECONDS ?= 20
fuzz:
	Tests/scripts/fuzz --seconds $(SECONDS)

# The long form of what `test` does briefly: long, most of it in the guest.
trials:
	Tests/scripts/trials --all

lint:
	Tests/scripts/lint

generate:
	swift build --product GenerateDocumentation
	.build/debug/GenerateDocumentation .

# A part of an entry of LIST.
part = $(word $(2),$(subst :, ,$(1)))
install: $(BINARY) $(COMPAT)
	@$(foreach entry,$(LIST),install -D -m $(call part,$(entry),2) "$(call part,$(entry),1)" \
	  "$(DESTDIR)$(PREFIX)/$(call part,$(entry),3)" &&) true

uninstall:
	rm -f $(foreach entry,$(LIST),"$(DESTDIR)$(PREFIX)/$(call part,$(entry),3)")

files:
	@printf '%s\n' $(foreach entry,$(LIST),"$(PREFIX)/$(call part,$(entry),3)")

clean:
	swift package clean
	rm -rf .build/stripped .build/static .build/packages .build/test-results
