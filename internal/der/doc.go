// Package der holds what ASN.1 codecs here share: object identifiers as
// constants (OID), AlgorithmIdentifiers exactly as CMS wants them, small
// functions that build DER (Element, Sequence, SetOf …), a Reader of BER as a
// stream, and RSASSA-PSS's parameters, which CMS and certificates share.
//
// Reader walks BER of any size in constant memory: Next looks at the next
// element's header, Enter and Leave go into and out of a constructed one, Raw
// takes a whole element, OctetString streams one that may come in pieces, Skip
// passes over one. NewBytesReader does the same on memory, without copying. Check
// tells DER from BER; ToDER re-encodes BER in memory, Transcode as a stream.
//
// All input is limited by named constants (limits.go): depth, header and tag
// sizes. A fault is a *SyntaxError with its place and reason. Nothing panics on
// input, and nothing here checks what the encoded values mean.
//
// Clauses: X.690 (BER, DER) 8, 10, 11; RFC 5280, 4.1.1.2 (AlgorithmIdentifier);
// RFC 3370, 4055, 5754, 5758, 8419, 8702 (algorithm parameters).
package der
