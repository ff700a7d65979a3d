# make, make test, make demo, make install: what each needs is in Tests/scripts/deps.

PREFIX ?= /usr/local
DESTDIR ?=

BINARY = .build/stripped/rdmactl
SOURCES = $(shell find Package.swift Sources -type f)
PAGES = $(notdir $(wildcard man/*.8))
OVERVIEWS = $(notdir $(wildcard man/*.7))

# One file without Swift beside it. Packed relocations and folded code, which the default linker does not know, save
# 1 MB of 15.6. Another MB were the names of all that is in it, which Swift exports for libraries that ask for them: there
# are none.
RELEASE = --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld -Xlinker --icf=safe -Xlinker -z -Xlinker pack-relative-relocs \
  -Xlinker -z -Xlinker now -Xlinker --no-export-dynamic

# What `rdmactl --version` names.
RDMACTL_COMMIT := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
export RDMACTL_COMMIT

SBIN = $(DESTDIR)$(PREFIX)/sbin
MAN7 = $(DESTDIR)$(PREFIX)/share/man/man7
MAN8 = $(DESTDIR)$(PREFIX)/share/man/man8
BASH_COMPLETIONS = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
FISH_COMPLETIONS = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
# Debian's zsh looks for what packages bring and for what the administrator installs in different places.
ZSH_COMPLETIONS = $(DESTDIR)$(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

.PHONY: all build deps demo test bench fuzz trials lint generate install uninstall clean

all: build

build:
	swift build -c release --product rdmactl $(RELEASE)
	@mkdir -p $(dir $(BINARY))
	strip -o $(BINARY) .build/release/rdmactl

# For `install`: as root, where there may be no Swift, nothing is built that is there already.
$(BINARY): $(SOURCES)
	$(MAKE) build

deps:
	Tests/scripts/deps

demo:
	Tests/scripts/deps demo
	swift build --product rdmactl
	Tests/scripts/demo

test:
	Tests/scripts/test

bench: build
	Tests/scripts/bench

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

install: $(BINARY)
	install -D -m 755 $(BINARY) "$(SBIN)/rdmactl"
	install -d "$(MAN7)" "$(MAN8)"
	install -m 644 $(addprefix man/,$(OVERVIEWS)) "$(MAN7)"
	install -m 644 $(addprefix man/,$(PAGES)) "$(MAN8)"
	install -D -m 644 completions/rdmactl.bash "$(BASH_COMPLETIONS)/rdmactl"
	install -D -m 644 completions/_rdmactl "$(ZSH_COMPLETIONS)/_rdmactl"
	install -D -m 644 completions/rdmactl.fish "$(FISH_COMPLETIONS)/rdmactl.fish"

uninstall:
	rm -f "$(SBIN)/rdmactl" $(foreach page,$(OVERVIEWS),"$(MAN7)/$(page)") \
	  $(foreach page,$(PAGES),"$(MAN8)/$(page)") "$(BASH_COMPLETIONS)/rdmactl" \
	  "$(ZSH_COMPLETIONS)/_rdmactl" "$(FISH_COMPLETIONS)/rdmactl.fish"

clean:
	swift package clean
	rm -rf .build/stripped .build/test-results
