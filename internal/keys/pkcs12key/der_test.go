package pkcs12key_test

import (
	"bytes"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// replaceWhere rebuilds DER with replacements, and the lengths of all that
// encloses them, OCTET STRINGs included.
func replaceWhere(der []byte, change func(element []byte) []byte) (out []byte, changed bool) {
	var b cryptobyte.Builder
	rebuild(&b, der, func(element []byte) []byte {
		replacement := change(element)
		changed = changed || replacement != nil
		return replacement
	})
	out, err := b.Bytes()
	return out, changed && err == nil
}

// replaceInteger replaces the first element old.
func replaceInteger(der, old, new []byte) ([]byte, bool) {
	done := false
	return replaceWhere(der, func(element []byte) []byte {
		if done || !bytes.Equal(element, old) {
			return nil
		}
		done = true
		return new
	})
}

// replaceLast replaces the last element old.
func replaceLast(der, old, new []byte) ([]byte, bool) {
	total, seen := 0, 0
	replaceWhere(der, func(element []byte) []byte {
		if bytes.Equal(element, old) {
			total++
		}
		return nil
	})
	return replaceWhere(der, func(element []byte) []byte {
		if bytes.Equal(element, old) {
			if seen++; seen == total {
				return new
			}
		}
		return nil
	})
}

// withoutMAC keeps version and authSafe.
func withoutMAC(t *testing.T, der cryptobyte.String) []byte {
	t.Helper()
	var whole, version, safe cryptobyte.String
	if !der.ReadASN1(&whole, cbasn1.SEQUENCE) || !whole.ReadASN1Element(&version, cbasn1.INTEGER) ||
		!whole.ReadASN1Element(&safe, cbasn1.SEQUENCE) {
		t.Fatal("not a PFX")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(version)
		b.AddBytes(safe)
	})
	return b.BytesOrPanic()
}

// rebuild copies DER, element by element; change gives a replacement or nil.
func rebuild(b *cryptobyte.Builder, der cryptobyte.String, change func(element []byte) []byte) {
	for !der.Empty() {
		var element, inner cryptobyte.String
		var tag cbasn1.Tag
		if !der.ReadAnyASN1Element(&element, &tag) {
			b.AddBytes(der) // not DER: encrypted
			return
		}
		if replacement := change(element); replacement != nil {
			b.AddBytes(replacement)
			continue
		}
		content := element
		if !content.ReadAnyASN1(&inner, &tag) {
			return
		}
		b.AddASN1(tag, func(b *cryptobyte.Builder) {
			if tag&0x20 != 0 || tag == cbasn1.OCTET_STRING && len(inner) > 0 && inner[0] == 0x30 {
				rebuild(b, inner, change)
			} else {
				b.AddBytes(inner)
			}
		})
	}
}
