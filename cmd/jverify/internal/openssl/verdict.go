package openssl

import (
	"errors"

	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// Verdict is what openssl would say of a message.
type Verdict struct {
	Valid bool
	// Queue is the error queue, oldest first.
	Queue []Entry
	// ContentWritten tells that openssl would have written the content by then:
	// it does so before it compares digests.
	ContentWritten bool
	// Code is the last X509_V_ERR number that the chain checks met.
	Code trust.Code
	// Chains are the judgements that openssl would have come to, in order.
	Chains []*trust.Result
}

// stage is one step of openssl's work; it returns the entries of a failure.
type stage func() []Entry

// Judge puts the outcome of all checks into openssl's order of work, in which
// the first fault decides (CMS_verify(3)). r is nil when m is not SignedData.
func Judge(m *verify.Message, r *verify.Result, o *Options) Verdict {
	v := Verdict{}
	for _, s := range []stage{
		func() []Entry { return contentFault(m) },
		func() []Entry { return signersFault(m, r) },
		func() []Entry { return v.chainsFault(r) },
		func() []Entry { return attributesFault(r, o) },
		func() []Entry { return digestsFault(r) },
		func() []Entry { return textFault(m, o) },
		func() []Entry { v.ContentWritten = true; return digestFault(r, o) },
	} {
		if queue := s(); queue != nil {
			v.Queue = queue
			return v
		}
	}
	v.Valid = true
	return v
}

func contentFault(m *verify.Message) []Entry {
	noContent := cmsEntry(0x1700007F, "check_content", "no content")
	switch {
	case m.HasContent():
		return nil
	case m.Other != nil:
		return []Entry{cmsEntry(0x17000098, "CMS_get0_content", "unsupported content type"), noContent}
	}
	return []Entry{noContent}
}

func signersFault(m *verify.Message, r *verify.Result) []Entry {
	noSigners := cmsEntry(0x17000087, "CMS_verify", "no signers")
	switch {
	case m.Other != nil:
		return []Entry{cmsEntry(0x1700006C, "cms_get0_signed", "content type not signed data"), noSigners}
	case len(r.Signers) == 0:
		return []Entry{noSigners}
	}
	for _, s := range r.Signers {
		if s.Certificate == nil {
			return []Entry{cmsEntry(0x1700008A, "CMS_verify", "signer certificate not found")}
		}
	}
	return nil
}

func (v *Verdict) chainsFault(r *verify.Result) []Entry {
	for _, s := range r.Signers {
		if s.Chain == nil {
			continue
		}
		v.Chains = append(v.Chains, s.Chain)
		v.Code = s.Chain.Code
		if s.Chain.Verdict != trust.Valid {
			failed := cmsEntry(0x17000064, "cms_signerinfo_verify_cert", "certificate verify error")
			failed.Data = "Verify error: " + s.Chain.Code.String()
			return append(s.Chain.Queue, failed)
		}
	}
	return nil
}

func attributesFault(r *verify.Result, o *Options) []Entry {
	if o.NoAttrVerify {
		return nil
	}
	for _, s := range r.Signers {
		if queue := attributeEntries(s.Attributes); queue != nil {
			return queue
		}
		if queue := essEntries(s.SigningCertificate); queue != nil {
			return queue
		}
	}
	return nil
}

// attributeEntries are those of a fault of CMS_SignerInfo_verify. An empty queue
// that is not nil is a failure that openssl says nothing about.
func attributeEntries(f verify.Fault) []Entry {
	const function = "CMS_SignerInfo_verify"
	switch f.Code {
	case verify.NoFault:
		return nil
	case verify.FaultAttributes:
		return []Entry{cmsEntry(0x170000A1, "ossl_cms_si_check_attributes", "attribute error")}
	case verify.FaultUnknownDigest:
		return append(f.Queue, cmsEntry(0x17000095, function, "unknown digest algorithm"))
	case verify.FaultNoPublicKey:
		return append(f.Queue, cmsEntry(0x17000086, function, "no public key"))
	case verify.FaultSignature:
		return append(f.Queue, cmsEntry(0x1700009E, function, "verification failure"))
	}
	return append([]Entry{}, f.Queue...)
}

func essEntries(f verify.Fault) []Entry {
	switch f.Code {
	case verify.NoFault:
		return nil
	case verify.FaultESSMissing:
		return []Entry{essEntry(0x1B00006C, "OSSL_ESS_check_signing_certs", "missing signing certificate attribute")}
	case verify.FaultESSNotFound:
		return []Entry{essEntry(0x1B000068, "find", "ess cert id not found")}
	case verify.FaultESSOrder:
		return []Entry{essEntry(0x1B000069, "find", "ess cert id wrong order")}
	case verify.FaultESSUnknownDigest:
		return []Entry{essEntry(0x1B00006A, "find", "ess digest alg unknown")}
	case verify.FaultESSDigestLength:
		return []Entry{essEntry(0x1B000067, "find", "ess cert digest error")}
	}
	return []Entry{}
}

func digestsFault(r *verify.Result) []Entry {
	switch r.Digests.Code {
	case verify.NoFault:
		return nil
	case verify.FaultUnknownDigest:
		return append(r.Digests.Queue, cmsEntry(0x17000095, "ossl_cms_DigestAlgorithm_init_bio", "unknown digest algorithm"))
	}
	return []Entry{}
}

func textFault(m *verify.Message, o *Options) []Entry {
	err := m.TextHeader()
	if err == nil {
		return nil
	}
	function := "cms_copy_content"
	if m.Detached() && !o.Binary {
		function = "CMS_verify"
	}
	failed := cmsEntry(0x1700008C, function, "smime text error")
	var header *verify.TextHeaderError
	switch {
	case !errors.As(err, &header):
		return []Entry{asn1Entry(0x068000CF, "SMIME_text", "mime parse error", ""), failed}
	case header.Type == "":
		return []Entry{asn1Entry(0x068000CE, "SMIME_text", "mime no content type", ""), failed}
	}
	return []Entry{asn1Entry(0x068000CD, "SMIME_text", "invalid mime type", "type: "+header.Type), failed}
}

func digestFault(r *verify.Result, o *Options) []Entry {
	if o.NoContentVerify {
		return nil
	}
	for _, s := range r.Signers {
		if queue := contentEntries(s.Content); queue != nil {
			return append(queue, cmsEntry(0x1700006D, "CMS_verify", "content verify error"))
		}
	}
	return nil
}

// contentEntries are those of a fault of CMS_SignerInfo_verify_content.
func contentEntries(f verify.Fault) []Entry {
	const function = "CMS_SignerInfo_verify_content"
	switch f.Code {
	case verify.NoFault:
		return nil
	case verify.FaultDigestUnreadable:
		return append(f.Queue, cmsEntry(0x17000072, function, "error reading messagedigest attribute"))
	case verify.FaultDigestNotListed:
		return []Entry{cmsEntry(0x17000083, "ossl_cms_DigestAlgorithm_find_ctx", "no matching digest")}
	case verify.FaultDigestLength:
		return []Entry{cmsEntry(0x17000078, function, "messagedigest attribute wrong length")}
	case verify.FaultDigest, verify.FaultSignature, verify.FaultContentUnread:
		return append(f.Queue, cmsEntry(0x1700009E, function, "verification failure"))
	}
	return append([]Entry{}, f.Queue...)
}
