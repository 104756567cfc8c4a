# The documented commands. Meson and Ninja do the work; see CONTRIBUTING.md.

PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
BIN := $(BUILD)/bin
ARGS ?=

.PHONY: all run test check bench install clean setup format

all: setup
	@tools/build $(BUILD)

setup:
	@tools/setup build

run: all
	@exec $(BIN)/sockerless $(ARGS)

check: all
	@tests/run --fast

test:
	@tools/setup build test
	@tools/build $(BUILD)
	@tests/run

bench: all
	@tools/setup bench
	@tests/bench/run

install: all
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/sockerless
	@for program in $(BIN)/*; do install -m 755 $$program $(DESTDIR)$(PREFIX)/bin/ && echo "$(DESTDIR)$(PREFIX)/bin/$$(basename $$program)"; done
	@install -m 644 README.md LICENSE NOTICE $(DESTDIR)$(PREFIX)/share/doc/sockerless/

format:
	@clang-format-14 -i $$(find src tests -name '*.[ch]')

clean:
	@rm -rf $(BUILD)
