#!/usr/bin/env bash
# Installs what the tests need from the packages of Debian or Ubuntu. Does
# nothing when all of it is there. Uses sudo when not root.
set -euo pipefail

packages=(
	pcscd vsmartcard-vpcd libpcsclite-dev pkg-config gcc libc6-dev
	opensc opensc-pkcs11 openssl openssh-client openssh-server libengine-pkcs11-openssl
	curl iproute2 util-linux xz-utils strace
	gpgsm gpg-agent dirmngr poppler-utils qpdf ghostscript mupdf-tools libnss3-tools gnutls-bin
)

missing=()
for package in "${packages[@]}"; do
	dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi

if [ ${#missing[@]} -gt 0 ]; then
	echo "installing: ${missing[*]}"
	"${as_root[@]}" apt-get update -q
	DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
# pcscd and sshd of the tests run in private folders, but want these to exist.
for dir in /run/pcscd /run/sshd; do
	[ -d "$dir" ] || "${as_root[@]}" install -d "$dir"
done
