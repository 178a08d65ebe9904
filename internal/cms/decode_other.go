package cms

import (
	"io"

	"github.com/jsign-jp/jsign/internal/der"
)

// otherForms returns how to read the content of a type that is not SignedData,
// as far as is needed to tell a well-formed message from another. known is
// false for types not in RFC 5652, 5083, 3274.
func otherForms(t der.OID) (form func(*der.Reader) error, known bool) {
	switch t {
	case der.Data:
		return dataForm, true
	case der.EnvelopedData, der.AuthEnvelopedData:
		return envelopedForm, true
	case der.AuthenticatedData:
		return authenticatedForm, true
	case der.DigestedData:
		return versionedForm("DigestedData", true), true
	case der.EncryptedData:
		return versionedForm("EncryptedData", false), true
	case der.CompressedData:
		return versionedForm("CompressedData", true), true
	}
	return nil, false
}

func dataForm(r *der.Reader) error {
	_, err := r.OctetString(der.TagOctetString, "Data", io.Discard)
	return err
}

// envelopedForm reads EnvelopedData and AuthEnvelopedData (RFC 5652, 6.1;
// RFC 5083, 2.1): version, [0] originatorInfo, recipientInfos,
// encryptedContentInfo, whatever follows.
func envelopedForm(r *der.Reader) error {
	const where = "EnvelopedData"
	if err := recipients(r, where); err != nil {
		return err
	}
	if _, err := r.Expect(der.TagSequence, where); err != nil {
		return err
	}
	return skipRest(r, where)
}

// authenticatedForm reads AuthenticatedData (RFC 5652, 9.1).
func authenticatedForm(r *der.Reader) error {
	const where = "AuthenticatedData"
	if err := recipients(r, where); err != nil {
		return err
	}
	if _, err := r.AlgorithmIdentifier(where, maxAlgorithm); err != nil {
		return err
	}
	return skipRest(r, where)
}

// recipients reads version, [0] originatorInfo and recipientInfos.
func recipients(r *der.Reader, where string) error {
	if err := openVersioned(r, where); err != nil {
		return err
	}
	there, err := r.NextIs(der.ContextConstructed)
	if err != nil {
		return err
	}
	if there {
		if err := r.Skip(); err != nil {
			return err
		}
	}
	return recipientInfos(r, where)
}

// recipientInfos reads a SET OF RecipientInfo: a SEQUENCE that begins with a
// version, or [1] to [4].
func recipientInfos(r *der.Reader, where string) error {
	if err := r.EnterTag(der.TagSet, where); err != nil {
		return err
	}
	for n := 0; ; n++ {
		h, more, err := r.Next()
		if err != nil {
			return err
		}
		if !more {
			return leave(r, where)
		}
		if n == maxRecipients {
			return r.Fault(der.OverLimit, where)
		}
		if h.Tag != der.TagSequence {
			if h.Tag < der.ContextConstructed|1 || h.Tag > der.ContextConstructed|4 {
				return r.Fault(der.WrongTag, where)
			}
			if err := r.Skip(); err != nil {
				return err
			}
			continue
		}
		if err := openVersioned(r, where); err != nil {
			return err
		}
		if err := skipRest(r, where); err != nil {
			return err
		}
	}
}

// versionedForm reads SEQUENCE { version, [AlgorithmIdentifier,] … }.
func versionedForm(where string, algorithm bool) func(*der.Reader) error {
	return func(r *der.Reader) error {
		if err := openVersioned(r, where); err != nil {
			return err
		}
		if algorithm {
			if _, err := r.AlgorithmIdentifier(where, maxAlgorithm); err != nil {
				return err
			}
		}
		if _, err := r.Expect(der.TagSequence, where); err != nil {
			return err
		}
		return skipRest(r, where)
	}
}

func openVersioned(r *der.Reader, where string) error {
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	_, err := r.Int32(where)
	return err
}

func skipRest(r *der.Reader, where string) error {
	for {
		_, more, err := r.Next()
		if err != nil {
			return err
		}
		if !more {
			return leave(r, where)
		}
		if err := r.Skip(); err != nil {
			return err
		}
	}
}
