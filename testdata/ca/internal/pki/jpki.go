package pki

import (
	"encoding/asn1"
	"strconv"
	"time"
)

// The hosts end in .invalid (RFC 2606 2), so that nothing made with this PKI
// ever asks a real one.
const (
	cpsURI      = "http://www.jpki-test.invalid/cps.html"
	signOCSPURI = "http://ocspsignature.jpki-test.invalid"
	authOCSPURI = "http://ocspauthnorm.jpki-test.invalid"
)

// service is one of the two halves of JPKI.
type service struct {
	unit     string // OU that tells the two apart
	unitJA   string // the same in the subjectAltName
	ocsp     string
	policies [2]asn1.ObjectIdentifier // card, phone
	usage    []int
	purposes []int
}

// policy is below the arc of the test environment (8.5.1.0 where the real
// services have 8.5.1.1 and 8.5.1.3). Only ....0.20 is known from real test
// cards; the others follow its pattern.
func policy(last int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, last}
}

func signService() service {
	return service{
		unit: "JPKI for digital signature", unitJA: "公的個人認証サービス署名用（試験用）", ocsp: signOCSPURI,
		policies: [2]asn1.ObjectIdentifier{policy(20), policy(40)},
		usage:    []int{digitalSignature, nonRepudiation},
	}
}

func authService() service {
	return service{
		unit: "JPKI for user authentication", unitJA: "公的個人認証サービス利用者証明用（試験用）", ocsp: authOCSPURI,
		policies: [2]asn1.ObjectIdentifier{policy(30), policy(50)},
		usage:    []int{digitalSignature}, purposes: []int{clientAuth},
	}
}

// caName is the DN that all generations of a service share.
func (s service) caName() name {
	return name{
		country("JP"), organization("JPKI-TEST"), unit(s.unit),
		unit("Japan Agency for Local Authority Information Systems"),
	}
}

// caAltName is the CA's name in Japanese.
func (s service) caAltName() name {
	return name{
		country("JP"), organization("公的個人認証サービス（試験用）"), unit(s.unitJA),
		unit("地方公共団体情報システム機構（試験用）"),
	}
}

// cityPoint is the distribution point of the CRL of the holder's city.
func (s service) cityPoint() name {
	return name{
		country("JP"), organization("JPKI-TEST"), unit(s.unit), unit("CRL Distribution Points"),
		unit("Tokyo-to"), commonName("Kakuu-shi CRLDP"),
	}
}

func (s service) caExtensions() []extension {
	return []extension{
		keyUsage(keyCertSign, cRLSign),
		subjectAltName(directoryName(s.caAltName())),
		basicConstraintsCA(),
		crlDistributionPoint(directoryName(s.caName())),
		subjectKeyID(),
	}
}

func (s service) ca(file string, kind keyKind, serial int64, from, to time.Time) request {
	return request{
		file: file, kind: kind, subject: s.caName(), serial: serial, from: from, to: to,
		extensions: s.caExtensions(),
	}
}

// holder is what a signing certificate says of a person.
type holder struct {
	name, nameSubstitutes       string
	sex, birthDate              string
	address, addressSubstitutes string
}

// altNames are the otherNames in the order of real certificates.
func (h holder) altNames() []generalName {
	arc := func(last int, v string) generalName {
		return otherName(asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, last}, v)
	}
	return []generalName{
		arc(1, h.name), arc(4, h.birthDate), arc(3, h.sex),
		arc(5, h.address), arc(2, h.nameSubstitutes), arc(6, h.addressSubstitutes),
	}
}

// specimen is obviously nobody: 見本 is a specimen, 架空市 an imaginary city.
func specimen() holder {
	return holder{
		name: "見本　花子", nameSubstitutes: "00000",
		sex: "2", birthDate: "419900401",
		address: "東京都架空市見本町一丁目２番３号", addressSubstitutes: "0000000000000000",
	}
}

// end is an end-entity certificate of a card (phone 0) or a phone (phone 1).
type end struct {
	file, issuer string
	kind         keyKind
	serial       int64
	id           string // the opaque CN
	from, to     time.Time
	phone        int
	usage        []int // instead of the service's
	holder       holder
}

// sign is a signing certificate (署名用電子証明書).
func sign(e end) request {
	s := signService()
	subject := name{country("JP"), locality("Tokyo-to"), locality("Kakuu-shi"), commonName(e.id)}
	return s.end(e, subject, subjectAltName(e.holder.altNames()...))
}

// auth is a user-authentication certificate (利用者証明用電子証明書), which
// says nothing of the person.
func auth(e end) request {
	s := authService()
	return s.end(e, name{country("JP"), commonName(e.id)}, extendedKeyUsage(false, s.purposes...))
}

func (s service) end(e end, subject name, second extension) request {
	usage := s.usage
	if e.usage != nil {
		usage = e.usage
	}
	return request{
		file: e.file, kind: e.kind, issuer: e.issuer, subject: subject, serial: e.serial, from: e.from, to: e.to,
		extensions: []extension{
			keyUsage(usage...),
			second,
			certificatePolicy(s.policies[e.phone], cpsURI),
			issuerAltName(directoryName(s.caAltName())),
			crlDistributionPoint(directoryName(s.cityPoint())),
			ocspAccess(s.ocsp),
			authorityKeyIDFull(),
			subjectKeyID(),
		},
	}
}

// jpki makes the CAs of three generations and the ordinary cards and phone.
func jpki(b *builder) error {
	s, a := signService(), authService()
	caEnd := endOfDay(2049, time.December, 31)
	gen := [...]time.Time{
		1: utc(2015, time.October, 20, 2, 40, 28),
		2: utc(2020, time.July, 16, 0, 50, 27),
		3: utc(2024, time.January, 15, 1, 1, 4),
	}
	cas := []request{
		s.ca("sign-ca-1.pem", rsa2048, 1, gen[1], caEnd),
		s.ca("sign-ca-2.pem", rsa2048, 0x0232C4AB, gen[2], caEnd),
		s.ca("sign-ca-3.pem", p384, 0x077C6A21, gen[3], caEnd),
		a.ca("auth-ca-1.pem", rsa2048, 1, gen[1], caEnd),
		a.ca("auth-ca-2.pem", rsa2048, 0x0233C349, gen[2], caEnd),
		a.ca("auth-ca-3.pem", p384, 0x07D18006, gen[3], caEnd),
	}
	if err := b.addAll(cas); err != nil {
		return err
	}
	return b.addAll(holders())
}

// holders are the card of each generation and the phone of the same person.
func holders() []request {
	h := specimen()
	from, to := utc(2024, time.April, 10, 3, 21, 7), endOfDay(2049, time.April, 1)
	return []request{
		sign(end{file: "sign.pem", issuer: "sign-ca-2.pem", serial: 0x0A1B2C01, id: "TEST00S1AGCIEG99999001A", from: from, to: to, holder: h}),
		auth(end{file: "auth.pem", issuer: "auth-ca-2.pem", serial: 0x0A1B2C02, id: "TEST00A1AGCIEG99999001A", from: from, to: to}),
		sign(end{file: "sign-gen1.pem", issuer: "sign-ca-1.pem", serial: 0x0031D401, id: "TEST00S0AGCIEG99999001A", from: from, to: to, holder: h}),
		auth(end{file: "auth-gen1.pem", issuer: "auth-ca-1.pem", serial: 0x0031D402, id: "TEST00A0AGCIEG99999001A", from: from, to: to}),
		sign(end{file: "sign-p384.pem", issuer: "sign-ca-3.pem", kind: p384, serial: 0x1C0FFE01, id: "TEST00S3AGCIEG99999001A", from: from, to: to, holder: h}),
		auth(end{file: "auth-p384.pem", issuer: "auth-ca-3.pem", kind: p384, serial: 0x1C0FFE02, id: "TEST00A3AGCIEG99999001A", from: from, to: to}),
		sign(end{file: "android-sign.pem", issuer: "sign-ca-2.pem", serial: 0x0A1B2C11, id: "TEST00S2AGCIEG99999001A", from: from, to: to, phone: 1, holder: h}),
		auth(end{file: "android-auth.pem", issuer: "auth-ca-2.pem", serial: 0x0A1B2C12, id: "TEST00A2AGCIEG99999001A", from: from, to: to, phone: 1}),
	}
}

// jpkiVariants makes what a verifier must refuse, or must at least notice.
func jpkiVariants(b *builder) error {
	s := signService()
	impostor := s.ca("sign-ca-impostor.pem", rsa2048, 0x0232C4AB, utc(2020, time.July, 16, 0, 50, 27), endOfDay(2049, time.December, 31))
	impostor.keyID = b.entities["sign-ca-2.pem"].keyID
	cas := []request{
		s.ca("sign-ca-0.pem", rsa2048, 0x2A, utc(2010, time.January, 12, 2, 3, 4), endOfDay(2020, time.January, 11)),
		impostor,
	}
	if err := b.addAll(cas); err != nil {
		return err
	}
	return b.addAll(variants())
}

func variants() []request {
	h := specimen()
	from, to := utc(2024, time.April, 10, 3, 21, 7), endOfDay(2049, time.April, 1)
	variant := func(n int, file, issuer string, change func(e *end)) request {
		e := end{
			file: file, issuer: issuer, serial: 0x0A1B2D00 + int64(n),
			id: "TEST00V" + strconv.Itoa(n) + "AGCIEG99999001A", from: from, to: to, holder: h,
		}
		if change != nil {
			change(&e)
		}
		return sign(e)
	}
	return []request{
		variant(1, "sign-expired.pem", "sign-ca-2.pem", func(e *end) {
			e.from, e.to = utc(2020, time.August, 10, 3, 21, 7), endOfDay(2024, time.April, 1)
		}),
		variant(2, "sign-not-yet-valid.pem", "sign-ca-2.pem", func(e *end) { e.from = utc(2048, time.April, 10, 3, 21, 7) }),
		variant(3, "sign-revoked.pem", "sign-ca-2.pem", nil),
		variant(4, "sign-wrong-usage.pem", "sign-ca-2.pem", func(e *end) { e.usage = []int{keyEncipherment} }),
		variant(5, "sign-substitute.pem", "sign-ca-2.pem", func(e *end) { e.holder = substituted() }),
		variant(6, "sign-expired-ca.pem", "sign-ca-0.pem", func(e *end) { e.from = utc(2018, time.April, 10, 3, 21, 7) }),
		variant(7, "sign-impostor.pem", "sign-ca-impostor.pem", func(e *end) { e.serial = 0x0A1B2C01 }),
	}
}

// substituted is a person whose name and address hold characters that the
// certificate can't, and of whose birth only the year is known.
func substituted() holder {
	return holder{
		name: "仮名　代字", nameSubstitutes: "00001",
		sex: "3", birthDate: "319450000",
		address: "東京都架空市代字町９番", addressSubstitutes: "00000010000",
	}
}
