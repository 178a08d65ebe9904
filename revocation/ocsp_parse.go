package revocation

import (
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Object identifiers (RFC 6960, 4.2.1, 4.4; RFC 5280, 5.3).
const (
	oidOCSPBasic     trust.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"
	oidNonce         trust.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"
	oidArchiveCutoff trust.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x06"
	oidInvalidity    trust.OID = "\x55\x1d\x18"
	oidExpiredCerts  trust.OID = "\x55\x1d\x3c"
)

const (
	tag0 = asn1.Tag(0xa0) // [0], constructed
	tag1 = asn1.Tag(0xa1)
	tag2 = asn1.Tag(0xa2)
)

func errOCSP(part string) error {
	return lang.Errorf("the OCSP response cannot be read: %s", "OCSP応答を読み取れません: %s", part)
}

// ParseOCSP reads one OCSPResponse in DER (RFC 6960, 4.2.1) of whatever status. Bytes
// after it, and a response of another type than basic, are errors. The bytes are kept,
// not copied.
func ParseOCSP(data []byte) (*OCSP, error) {
	if len(data) > maxOCSP {
		return nil, errOCSP("size")
	}
	o := &OCSP{Raw: data, lazy: &lazyOCSP{}}
	in := cryptobyte.String(data)
	var outer, wrapper, typed, basic cryptobyte.String
	var status int
	if !in.ReadASN1(&outer, asn1.SEQUENCE) || !in.Empty() || !outer.ReadASN1Enum(&status) {
		return nil, errOCSP("OCSPResponse")
	}
	o.Status = ResponseStatus(status)
	if o.Status != Successful {
		return o, nil
	}
	var kind []byte
	if !outer.ReadASN1(&wrapper, tag0) || !outer.Empty() || !wrapper.ReadASN1(&typed, asn1.SEQUENCE) || !wrapper.Empty() ||
		!readOID(&typed, &kind) || trust.OID(kind) != oidOCSPBasic || !typed.ReadASN1(&basic, asn1.OCTET_STRING) || !typed.Empty() {
		return nil, errOCSP("ResponseBytes")
	}
	o.RawBasic = basic
	if part := o.readBasic(basic); part != "" {
		return nil, errOCSP(part)
	}
	return o, nil
}

// ParseBasicOCSP reads a BasicOCSPResponse, as RevocationValues hold it (RFC 5126,
// 6.3.4). Raw becomes an OCSPResponse around it.
func ParseBasicOCSP(data []byte) (*OCSP, error) {
	if len(data) > maxOCSP {
		return nil, errOCSP("size")
	}
	successful := der.Element(byte(asn1.ENUM), []byte{byte(Successful)})
	bytes := der.Sequence(der.ObjectIdentifier(oidOCSPBasic), der.OctetString(data))
	return ParseOCSP(der.Sequence(successful, der.Element(byte(tag0), bytes)))
}

// readBasic reads a BasicOCSPResponse and returns the part that cannot be read.
func (o *OCSP) readBasic(in cryptobyte.String) (part string) {
	var basic, tbs, certificates cryptobyte.String
	var signature []byte
	if !in.ReadASN1(&basic, asn1.SEQUENCE) || !in.Empty() || !basic.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return "BasicOCSPResponse"
	}
	o.RawTBS = tbs
	if part := o.readData(tbs); part != "" {
		return part
	}
	if !readAlgorithm(&basic, &o.SignatureAlgorithm) || !basic.ReadASN1BitStringAsBytes(&signature) {
		return "signature"
	}
	o.Signature = signature
	var present bool
	if !basic.ReadOptionalASN1(&certificates, &present, tag0) || !basic.Empty() || present && !o.readCertificates(certificates) {
		return "certs"
	}
	return ""
}

// readData reads the ResponseData.
func (o *OCSP) readData(in cryptobyte.String) (part string) {
	var data, list cryptobyte.String
	var version int
	if !in.ReadASN1(&data, asn1.SEQUENCE) || !data.ReadOptionalASN1Integer(&version, tag0, 0) || version != 0 {
		return "version"
	}
	if !o.readResponder(&data) {
		return "responderID"
	}
	if !data.ReadASN1GeneralizedTime(&o.ProducedAt) {
		return "producedAt"
	}
	if !data.ReadASN1(&list, asn1.SEQUENCE) {
		return "responses"
	}
	for !list.Empty() {
		var single cryptobyte.String
		var r SingleResponse
		if len(o.Responses) == maxSingle || !list.ReadASN1(&single, asn1.SEQUENCE) || !r.read(single) {
			return "SingleResponse"
		}
		o.Responses = append(o.Responses, r)
	}
	var ok bool
	if o.Extensions, ok = readExtensions(&data, tag1); !ok || !data.Empty() || !o.readNonce() {
		return "responseExtensions"
	}
	o.ProducedAt = o.ProducedAt.UTC()
	return ""
}

func (o *OCSP) readResponder(in *cryptobyte.String) bool {
	var name, key cryptobyte.String
	switch {
	case in.PeekASN1Tag(tag1):
		var element cryptobyte.String
		ok := in.ReadASN1(&name, tag1) && name.ReadASN1Element(&element, asn1.SEQUENCE) && name.Empty()
		o.ResponderName = element
		return ok
	case in.PeekASN1Tag(tag2):
		ok := in.ReadASN1(&key, tag2) && key.ReadASN1((*cryptobyte.String)(&o.ResponderKeyHash), asn1.OCTET_STRING) && key.Empty()
		return ok && o.ResponderKeyHash != nil
	}
	return false
}

// readNonce takes the nonce out of the extensions. Old responders put its octets into
// the extension bare.
func (o *OCSP) readNonce() bool {
	for _, x := range o.Extensions {
		if x.ID != oidNonce {
			continue
		}
		if o.Nonce != nil || len(x.Value) == 0 {
			return false
		}
		value, inner := cryptobyte.String(x.Value), cryptobyte.String(nil)
		if value.ReadASN1(&inner, asn1.OCTET_STRING) && value.Empty() {
			o.Nonce = append([]byte{}, inner...)
		} else {
			o.Nonce = x.Value
		}
	}
	return true
}

// readCertificates reads the certs field. One that is broken cannot make the others
// useless: none of them is signed.
func (o *OCSP) readCertificates(in cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	for n := 0; !list.Empty(); n++ {
		var element cryptobyte.String
		if n == maxCertificates || !list.ReadAnyASN1Element(&element, new(asn1.Tag)) {
			return false
		}
		if c, err := trust.ParseCertificate(element); err == nil {
			o.Certificates = append(o.Certificates, c)
		}
	}
	return true
}

func (r *SingleResponse) read(in cryptobyte.String) bool {
	if !r.ID.read(&in) || !r.readStatus(&in) || !in.ReadASN1GeneralizedTime(&r.ThisUpdate) {
		return false
	}
	r.ThisUpdate = r.ThisUpdate.UTC()
	var next cryptobyte.String
	var present bool
	if !in.ReadOptionalASN1(&next, &present, tag0) || present && !readTime(next, &r.NextUpdate) {
		return false
	}
	var ok bool
	if r.Extensions, ok = readExtensions(&in, tag1); !ok || !in.Empty() {
		return false
	}
	for _, x := range r.Extensions {
		if x.ID == oidArchiveCutoff && !readTime(x.Value, &r.ArchiveCutoff) || x.ID == oidInvalidity && !readTime(x.Value, &r.Invalidity) {
			return false
		}
	}
	return true
}

func (id *CertID) read(in *cryptobyte.String) bool {
	var seq cryptobyte.String
	var algorithm der.AlgorithmIdentifier
	ok := in.ReadASN1(&seq, asn1.SEQUENCE) && readAlgorithm(&seq, &algorithm) &&
		seq.ReadASN1((*cryptobyte.String)(&id.IssuerNameHash), asn1.OCTET_STRING) &&
		seq.ReadASN1((*cryptobyte.String)(&id.IssuerKeyHash), asn1.OCTET_STRING) &&
		seq.ReadASN1((*cryptobyte.String)(&id.RawSerial), asn1.INTEGER) && seq.Empty()
	id.Hash = der.Hash(algorithm.Algorithm)
	return ok && len(id.RawSerial) > 0 && len(id.RawSerial) <= maxSerial
}

// readStatus reads a CertStatus.
func (r *SingleResponse) readStatus(in *cryptobyte.String) bool {
	const good, revoked, unknown = asn1.Tag(0x80), tag1, asn1.Tag(0x82)
	var content cryptobyte.String
	var tag asn1.Tag
	r.Reason = -1
	if !in.ReadAnyASN1(&content, &tag) {
		return false
	}
	switch tag {
	case good:
		r.Status = Good
		return content.Empty()
	case unknown:
		r.Status = Unknown
		return content.Empty()
	case revoked:
		r.Status = Revoked
		return r.readRevoked(content)
	}
	return false
}

func (r *SingleResponse) readRevoked(in cryptobyte.String) bool {
	var reason cryptobyte.String
	var present bool
	if !in.ReadASN1GeneralizedTime(&r.RevokedAt) || !in.ReadOptionalASN1(&reason, &present, tag0) || !in.Empty() {
		return false
	}
	r.RevokedAt = r.RevokedAt.UTC()
	return !present || reason.ReadASN1Enum(&r.Reason) && reason.Empty() && r.Reason >= 0
}

// readTime reads data that is one GeneralizedTime.
func readTime(data []byte, t *time.Time) bool {
	in := cryptobyte.String(data)
	ok := in.ReadASN1GeneralizedTime(t) && in.Empty()
	*t = t.UTC()
	return ok
}

// readExtensions reads Extensions with an explicit tag, when they are there.
func readExtensions(in *cryptobyte.String, tag asn1.Tag) (extensions []trust.Extension, ok bool) {
	var wrapper, list cryptobyte.String
	var present bool
	if !in.ReadOptionalASN1(&wrapper, &present, tag) {
		return nil, false
	}
	if !present {
		return nil, true
	}
	if !wrapper.ReadASN1(&list, asn1.SEQUENCE) || !wrapper.Empty() {
		return nil, false
	}
	for !list.Empty() {
		var x trust.Extension
		if len(extensions) == maxExtensions || !readExtension(&list, &x) {
			return nil, false
		}
		extensions = append(extensions, x)
	}
	return extensions, true
}

func readExtension(in *cryptobyte.String, x *trust.Extension) bool {
	var seq cryptobyte.String
	var id []byte
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !readOID(&seq, &id) {
		return false
	}
	x.ID = trust.OID(id)
	if seq.PeekASN1Tag(asn1.BOOLEAN) && !seq.ReadASN1Boolean(&x.Critical) {
		return false
	}
	return seq.ReadASN1((*cryptobyte.String)(&x.Value), asn1.OCTET_STRING) && seq.Empty()
}

// readOID reads an object identifier's content, of whatever length.
func readOID(in *cryptobyte.String, content *[]byte) bool {
	return in.ReadASN1((*cryptobyte.String)(content), asn1.OBJECT_IDENTIFIER) && trust.OID(*content).Valid()
}

func readAlgorithm(in *cryptobyte.String, a *der.AlgorithmIdentifier) bool {
	var seq cryptobyte.String
	var id []byte
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !readOID(&seq, &id) {
		return false
	}
	a.Algorithm = der.OID(id)
	if seq.Empty() {
		return true
	}
	return seq.ReadAnyASN1Element((*cryptobyte.String)(&a.Parameters), new(asn1.Tag)) && seq.Empty()
}
