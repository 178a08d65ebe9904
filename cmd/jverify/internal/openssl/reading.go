package openssl

import (
	"errors"
	"io/fs"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// readingEntries are what openssl's queue holds, about, when a message cannot be
// read. The nesting of its decoder, which adds lines of its own, is left out.
func readingEntries(err error, form cms.Form) []Entry {
	var wrapping *cms.FormError
	var syntax *der.SyntaxError
	var system *fs.PathError
	switch {
	case errors.As(err, &wrapping):
		return wrappingEntries(wrapping)
	case errors.As(err, &system):
		return []Entry{
			systemFailed("file_read", "fread()", err),
			entry(0x10080002, "BIO routines", "file_read", "system lib", ""),
			asn1Entry(0x0680008E, "asn1_d2i_read_bio", "not enough data", ""),
		}
	case errors.As(err, &syntax):
		if form == cms.FormDER && syntax.Reason == der.FieldMissing && syntax.Offset == 0 {
			return nil // of an empty file openssl says no more
		}
		queue := []Entry{syntaxEntry(syntax)}
		switch form {
		case cms.FormPEM:
			queue = append(queue, pemEntry(0x0488000D, "PEM_ASN1_read_bio", "ASN1 lib", ""))
		case cms.FormSMIME:
			queue = append(queue, asn1Entry(0x0680006E, "b64_read_asn1", "decode error", ""),
				asn1Entry(0x068000CB, "SMIME_read_ASN1_ex", "asn1 parse error", ""))
		}
		return queue
	}
	return []Entry{asn1Entry(0x0680008E, "asn1_d2i_read_bio", "not enough data", "")}
}

func syntaxEntry(e *der.SyntaxError) Entry {
	data := ""
	if e.Where != "" {
		data = "Field=" + e.Where
	}
	switch e.Reason {
	case der.BadHeader:
		return asn1Entry(0x0680007B, "ASN1_get_object", "header too long", data)
	case der.TooLong:
		return asn1Entry(0x0680009B, "ASN1_get_object", "too long", data)
	case der.WrongTag:
		return asn1Entry(0x068000A8, "asn1_check_tlen", "wrong tag", data)
	case der.FieldMissing:
		return asn1Entry(0x06800079, "asn1_item_embed_d2i", "field missing", data)
	case der.LengthMismatch:
		return asn1Entry(0x06800094, "asn1_item_embed_d2i", "sequence length mismatch", data)
	case der.MissingEOC:
		return asn1Entry(0x06800089, "asn1_item_embed_d2i", "missing eoc", data)
	case der.Truncated:
		return asn1Entry(0x0680008E, "asn1_d2i_read_bio", "not enough data", data)
	}
	return asn1Entry(0x0680006E, "asn1_d2i_ex_primitive", "decode error", data)
}

func wrappingEntries(e *cms.FormError) []Entry {
	switch e.Reason {
	case cms.NoStartLine:
		return []Entry{pemEntry(0x0480006C, "get_name", "no start line", "Expecting: CMS")}
	case cms.BadEndLine:
		return []Entry{pemEntry(0x04800066, "get_header_and_data", "bad end line", "")}
	case cms.BadBase64:
		return []Entry{pemEntry(0x04800064, "PEM_read_bio_ex", "bad base64 decode", "")}
	case cms.HeaderInPEM:
		return []Entry{pemEntry(0x0480006B, "PEM_get_EVP_CIPHER_INFO", "not proc type", "")}
	case cms.NoContentType:
		return []Entry{asn1Entry(0x068000D1, "SMIME_read_ASN1_ex", "no content type", "")}
	case cms.WrongContentType:
		return []Entry{asn1Entry(0x068000CD, "SMIME_read_ASN1_ex", "invalid mime type", "type: "+e.Detail)}
	case cms.NoBoundary:
		return []Entry{asn1Entry(0x068000D3, "SMIME_read_ASN1_ex", "no multipart boundary", "")}
	case cms.WrongParts:
		return []Entry{asn1Entry(0x068000D2, "SMIME_read_ASN1_ex", "no multipart body failure", "")}
	case cms.NoSignatureType:
		return []Entry{asn1Entry(0x068000D4, "SMIME_read_ASN1_ex", "no sig content type", "")}
	}
	return []Entry{asn1Entry(0x068000D5, "SMIME_read_ASN1_ex", "sig invalid mime type", "type: "+e.Detail)}
}
