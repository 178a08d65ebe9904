package verify

import (
	"bytes"
	"crypto"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// hostileMessages are files that take other readers minutes, gigabytes or the
// process: deep, broad, or in the smallest of pieces.
func hostileMessages() map[string][]byte {
	const million = 1_000_000
	repeat := func(octets string, n int) []byte { return bytes.Repeat([]byte(octets), n) }
	sha256 := der.DigestAlgorithm(crypto.SHA256).Marshal()
	start := "\x30\x80" + string(der.ObjectIdentifier(der.SignedData)) + "\xa0\x80\x30\x80\x02\x01\x01"
	data := string(der.ObjectIdentifier(der.Data))
	before := start + string(der.Element(der.TagSet, sha256))
	pieces := before + "\x30\x80" + data + "\xa0\x80\x24\x80"
	values := der.Sequence(der.ObjectIdentifier(der.AttributeContentType), der.Element(der.TagSet, repeat("\x05\x00", million)))
	signer := func(issuer, attributes []byte) []byte {
		return der.Sequence(der.Integer(1), der.Sequence(issuer, der.Integer(1)), sha256, der.Element(der.ContextConstructed, attributes),
			der.AlgorithmIdentifier{Algorithm: der.RSAEncryption}.Marshal(), der.OctetString(make([]byte, 256)))
	}
	signed := func(signer []byte) []byte {
		return []byte(before + string(der.Sequence([]byte(data))) + string(der.Element(der.TagSet, signer)) + strings.Repeat("\x00\x00", 3))
	}
	name := der.Sequence(repeat(string(der.Element(der.TagSet, der.Sequence(der.ObjectIdentifier("\x55\x04\x03"), der.Element(der.TagUTF8String, []byte("x"))))), million/2))
	return map[string][]byte{
		"12 MB of indefinite lengths":    repeat("\x30\x80", 6*million),
		"200,000 levels":                 levels(200_000),
		"a million children":             der.Sequence(repeat("\x05\x00", million)),
		"a million digest algorithms":    []byte(start + string(der.Element(der.TagSet, repeat(string(sha256), million/2)))),
		"a million certificates":         []byte(before + string(der.Sequence([]byte(data))) + string(der.Element(der.ContextConstructed, repeat("\x30\x00", million)))),
		"a million signers":              []byte(before + string(der.Sequence([]byte(data))) + string(der.Element(der.TagSet, repeat("\x30\x00", million)))),
		"a million values":               signed(signer(der.Sequence(), values)),
		"500,000 attributes":             signed(signer(der.Sequence(), repeat(string(der.Sequence(der.ObjectIdentifier(der.Data), der.Element(der.TagSet))), million/2))),
		"a name of 500,000 parts":        signed(signer(name, nil)),
		"content in a million pieces":    append([]byte(pieces), repeat("\x04\x01x", million)...),
		"pieces in pieces":               append([]byte(pieces), repeat("\x24\x80", 6*million)...),
		"another type, deep":             append([]byte("\x30\x80"+string(der.ObjectIdentifier(der.EnvelopedData))+"\xa0\x80"), repeat("\x30\x80", 6*million)...),
		"an unknown type, deep":          append([]byte("\x30\x80"+string(der.ObjectIdentifier(der.SHA256))+"\xa0\x80"), repeat("\x30\x80", 6*million)...),
		"a certificate of 6,000,000 ups": append([]byte(before+string(der.Sequence([]byte(data)))+"\xa0\x80"), repeat("\x30\x80", 6*million)...),
	}
}

// levels is a SEQUENCE in a SEQUENCE and so on, with definite lengths.
func levels(n int) []byte {
	headers := make([][]byte, n)
	var size int64
	for i := range n {
		headers[n-1-i] = der.AppendHeader(nil, der.TagSequence, size)
		size += int64(len(headers[n-1-i]))
	}
	return bytes.Join(headers, nil)
}

// TestHostileMessages: each is refused, whether it is in memory or a stream, in
// DER, PEM or S/MIME, and all that is allocated, garbage included, stays below
// 64 MiB.
func TestHostileMessages(t *testing.T) {
	const limit = 64 << 20
	for name, message := range hostileMessages() {
		forms := map[string]struct {
			input Input
			form  Form
		}{
			"memory": {Input{Bytes: message}, cms.FormDER},
			"file":   {Input{At: bytes.NewReader(message), Size: int64(len(message))}, cms.FormDER},
			"stream": {Input{Stream: io.MultiReader(bytes.NewReader(message))}, cms.FormDER},
			"PEM":    {Input{Bytes: message}, cms.FormPEM},
			"S/MIME": {Input{Bytes: message}, cms.FormSMIME},
		}
		for form, open := range forms {
			t.Run(name+"/"+form, func(t *testing.T) {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := Open(open.input, OpenOptions{Form: open.form})
				runtime.ReadMemStats(&after)
				var syntax *der.SyntaxError
				if open.form == cms.FormDER && !errors.As(err, &syntax) || err == nil {
					t.Errorf("error %v", err)
				}
				if used := after.TotalAlloc - before.TotalAlloc; used > limit {
					t.Errorf("%d MiB allocated", used>>20)
				}
			})
		}
	}
}
