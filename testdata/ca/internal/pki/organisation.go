package pki

import "time"

const orgOCSPURI = "http://ocsp.organisation.invalid"

func orgName(cn string) name {
	return name{country("JP"), organization("Test Organisation"), commonName(cn)}
}

// organisation makes an ordinary chain of three, for keys in files.
func organisation(b *builder) error {
	from, to := utc(2020, time.January, 1, 0, 0, 0), endOfDay(2049, time.December, 31)
	return b.addAll(append([]request{
		{
			file: "org-root.pem", kind: rsa3072, subject: orgName("Test Organisation Root CA"), serial: 1, from: from, to: to,
			extensions: []extension{keyUsage(keyCertSign, cRLSign), basicConstraintsCA(), subjectKeyID()},
		},
		{
			file: "org-ca.pem", issuer: "org-root.pem", subject: orgName("Test Organisation Issuing CA"), serial: 2, from: from, to: to,
			extensions: []extension{
				keyUsage(keyCertSign, cRLSign), basicConstraintsCA(),
				crlDistributionPoint(uri("http://crl.organisation.invalid/org-root.crl")),
				authorityKeyID(), subjectKeyID(),
			},
		},
	}, organisationLeaves()...))
}

func organisationLeaves() []request {
	leaf := func(file string, kind keyKind, serial int64, cn string) request {
		return request{
			file: file, kind: kind, issuer: "org-ca.pem", subject: orgName(cn), serial: serial,
			from: utc(2024, time.January, 1, 0, 0, 0), to: endOfDay(2049, time.March, 31),
			extensions: []extension{
				keyUsage(digitalSignature, nonRepudiation),
				extendedKeyUsage(false, emailProtection),
				subjectAltName(emailAddress("signer@organisation.invalid")),
				crlDistributionPoint(uri("http://crl.organisation.invalid/org-ca.crl")),
				ocspAccess(orgOCSPURI),
				authorityKeyID(), subjectKeyID(),
			},
		}
	}
	return []request{
		leaf("org-rsa2048.pem", rsa2048, 0x1001, "Test Signer RSA-2048"),
		leaf("org-rsa3072.pem", rsa3072, 0x1002, "Test Signer RSA-3072"),
		leaf("org-rsa4096.pem", rsa4096, 0x1003, "Test Signer RSA-4096"),
		leaf("org-p256.pem", p256, 0x1004, "Test Signer P-256"),
		leaf("org-p384.pem", p384, 0x1005, "Test Signer P-384"),
		leaf("org-ed25519.pem", ed25519Key, 0x1006, "Test Signer Ed25519"),
	}
}

// services makes the OCSP responders and the time-stamping authority.
func services(b *builder) error {
	from, to := utc(2024, time.January, 1, 0, 0, 0), endOfDay(2049, time.December, 31)
	responder := func(file, issuer string, serial int64, subject name) request {
		return request{
			file: file, issuer: issuer, subject: subject, serial: serial, from: from, to: to,
			extensions: []extension{
				keyUsage(digitalSignature), extendedKeyUsage(true, ocspSigning), ocspNoCheck(),
				authorityKeyID(), subjectKeyID(),
			},
		}
	}
	responderName := func(s service) name {
		return name{country("JP"), organization("JPKI-TEST"), unit(s.unit), commonName("OCSP Responder")}
	}
	tsa := func(cn string) name { return name{country("JP"), organization("Test Time-Stamping"), commonName(cn)} }
	return b.addAll([]request{
		responder("ocsp-sign.pem", "sign-ca-2.pem", 0x0A1B2E01, responderName(signService())),
		responder("ocsp-auth.pem", "auth-ca-2.pem", 0x0A1B2E02, responderName(authService())),
		responder("ocsp-org.pem", "org-ca.pem", 0x2001, orgName("Test Organisation OCSP Responder")),
		{
			file: "tsa-ca.pem", subject: tsa("Test TSA CA"), serial: 1, from: from, to: to,
			extensions: []extension{keyUsage(keyCertSign, cRLSign), basicConstraintsCA(), subjectKeyID()},
		},
		{
			file: "tsa.pem", issuer: "tsa-ca.pem", subject: tsa("Test TSA"), serial: 2, from: from, to: to,
			extensions: []extension{
				keyUsage(digitalSignature), extendedKeyUsage(true, timeStamping),
				crlDistributionPoint(uri("http://crl.timestamp.invalid/tsa-ca.crl")),
				authorityKeyID(), subjectKeyID(),
			},
		},
	})
}
