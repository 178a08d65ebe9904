package tsp

import (
	"bytes"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

const (
	extendedKeyUsage der.OID = "\x55\x1d\x25"                     // id-ce-extKeyUsage
	subjectAltName   der.OID = "\x55\x1d\x11"                     // id-ce-subjectAltName
	timeStamping     der.OID = "\x2b\x06\x01\x05\x05\x07\x03\x08" // id-kp-timeStamping
)

// checkPurpose is RFC 3161, 2.3: extended key usage is there once, is timeStamping
// and nothing else, known here or not, and is critical.
func checkPurpose(cert *trust.Certificate) []Finding {
	usage, ok := cert.Extension(extendedKeyUsage)
	alone := der.Sequence(der.ObjectIdentifier(timeStamping))
	switch {
	case !ok || !bytes.Equal(usage.Value, alone):
		return []Finding{finding(WrongPurpose, "the certificate is not for timestamping alone", "証明書の用途がタイムスタンプ専用ではありません")}
	case !usage.Critical:
		return []Finding{finding(PurposeNotCritical, "the certificate's timestamping purpose is not critical", "証明書のタイムスタンプ用途がクリティカルではありません")}
	}
	return nil
}

// checkName is RFC 3161, 2.4.2: tsa, where it is there, is one of the certificate's
// subject names.
func (t *Token) checkName(cert *trust.Certificate) []Finding {
	if t.Info.TSA == nil || isSubject(t.Info.TSA, cert) || isAltName(t.Info.TSA, cert) {
		return nil
	}
	return []Finding{finding(NameDiffers, "the timestamp names another authority than its certificate", "タイムスタンプの局名が証明書と一致しません")}
}

// isSubject compares a directoryName with the subject.
func isSubject(name []byte, cert *trust.Certificate) bool {
	r := der.NewBytesReader(name)
	if r.EnterTag(der.ContextConstructed|4, "directoryName") != nil {
		return false
	}
	directory, err := r.Raw(maxName)
	return err == nil && trust.EqualNames(directory, cert.RawSubject)
}

// isAltName looks for a GeneralName, octet for octet, among the alternative names.
func isAltName(name []byte, cert *trust.Certificate) bool {
	names, ok := cert.Extension(subjectAltName)
	r := der.NewBytesReader(names.Value)
	if !ok || r.EnterTag(der.TagSequence, "subjectAltName") != nil {
		return false
	}
	for {
		_, more, err := r.Next()
		if err != nil || !more {
			return false
		}
		if other, err := r.Raw(maxName); err != nil || bytes.Equal(other, name) {
			return err == nil
		}
	}
}
