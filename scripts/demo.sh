#!/usr/bin/env bash
# Signs a PDF and a text file with the emulated card and verifies both. Needs
# only the two commands, in the folder given: no reader, no daemon, no packages.
set -euo pipefail

bin=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$source/testdata/demo/contract.pdf" "$source/testdata/demo/letter.txt" "$work"
cp "$source/testdata/ca/sign-ca-2.pem" "$work"
cd "$work"

# The emulated card's signing password is public: see jsign emulator --help.
(umask 077 && echo PASSWORD1 >pin)

show() {
	echo
	echo "\$ $*"
	PATH="$bin:$PATH" "$@"
}

show jsign contract.pdf --yes --key emulator: --pin-file pin
show jsign letter.txt --yes --key emulator: --pin-file pin
show jverify contract.signed.pdf --CAfile sign-ca-2.pem
show jverify letter.txt.p7s --CAfile sign-ca-2.pem

echo
echo "one byte of the letter changed:"
printf '!' | dd of=letter.txt bs=1 seek=5 conv=notrunc status=none
if show jverify letter.txt.p7s --CAfile sign-ca-2.pem; then
	echo "a changed letter was called valid" >&2
	exit 1
fi
echo
echo "demo: signed and verified; the changed letter was refused"
