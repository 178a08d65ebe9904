package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// TestCMSLevels: each level has what EN 319 122-1, 6.3 wants of it, in every form,
// and openssl verifies it.
func TestCMSLevels(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	content := []byte(cmsText)
	for _, level := range levels() {
		for _, digest := range []crypto.Hash{crypto.SHA256, crypto.SHA512} {
			for _, opt := range []sign.CMSOptions{{}, {Attached: true}, {Format: sign.PEM}, {Format: sign.SMIME}, {Format: sign.SMIME, Attached: true}} {
				if digest == crypto.SHA512 && (opt.Attached || opt.Format != sign.DER) {
					continue
				}
				opt.Digest, opt.Level = digest, d.options(level)
				t.Run(fmt.Sprintf("%s %v %s", level, digest, cmsName(opt.Format, opt.Attached, false)), func(t *testing.T) {
					signed := cmsSign(t, newCMSKey("org-rsa2048.pem"), content, opt)
					cmsVerify(t, signed, content, opt)
					if opt.Format == sign.DER {
						checkCMSLevel(t, cmsDecode(t, signed, content, "org-rsa2048.pem"), content, level, digest)
						if _, ok, err := der.Check(signed); !ok || err != nil {
							t.Errorf("not DER: %v", err)
						}
					}
				})
			}
		}
	}
}

func checkCMSLevel(t *testing.T, sd *cms.SignedData, content []byte, level sign.Level, h crypto.Hash) {
	t.Helper()
	s := &sd.Signers[0]
	value, ok := s.UnsignedAttrs.Value(der.AttributeTimeStampToken)
	if !ok {
		t.Fatal("there is no signature timestamp")
	}
	checkToken(t, value, s.Signature)
	certificates, revocation := 2, 0
	if level >= sign.BLT {
		certificates, revocation = 6, 3
	}
	if len(sd.Certificates) != certificates || len(sd.CRLs) != revocation {
		t.Errorf("%d certificates, %d CRLs and OCSP responses", len(sd.Certificates), len(sd.CRLs))
	}
	if level >= sign.BLT && sd.Version != 5 {
		t.Errorf("version %d", sd.Version)
	}
	archives := s.UnsignedAttrs.Get(der.AttributeArchiveTimeStampV3)
	if level < sign.BLTA {
		if len(archives) > 0 {
			t.Error("there is an archive timestamp")
		}
		return
	}
	if len(archives) != 1 || len(archives[0].Values) != 1 {
		t.Fatalf("archive timestamps: %d", len(archives))
	}
	checkArchive(t, sd, s, archives[0].Values[0], content, h)
}

// checkArchive verifies an archive timestamp as a reader does: everything that its
// index lists must be in the message, and the imprint follows from the index as it
// stands.
func checkArchive(t *testing.T, sd *cms.SignedData, s *cms.SignerInfo, raw, content []byte, h crypto.Hash) {
	t.Helper()
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	index, ok := token.SignedData.Signers[0].UnsignedAttrs.Value(der.AttributeATSHashIndexV3)
	if !ok {
		t.Fatal("the archive timestamp has no index")
	}
	d := h.New()
	d.Write(content)
	imprint, err := cms.ArchiveImprint(sd, s, h, d.Sum(nil), index)
	if err != nil {
		t.Fatal(err)
	}
	if _, found := token.CheckSigner(tsp.Options{Digest: imprint}); len(found) > 0 {
		t.Errorf("the archive timestamp: %v", found)
	}
	now, err := cms.NewATSHashIndex(sd, s, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][][]byte{now.Certificates, now.CRLs} {
		for _, digest := range list {
			if !bytes.Contains(index, digest) {
				t.Error("a certificate or CRL is not in the index")
			}
		}
	}
	if unlisted := slices.DeleteFunc(now.Unsigned, func(b []byte) bool { return bytes.Contains(index, b) }); len(unlisted) != 1 {
		t.Errorf("%d attributes are not in the index; only the archive timestamp itself may be", len(unlisted))
	}
}

// TestCMSLevelFaults: before the key, at Bind, and behind it nothing is written.
func TestCMSLevelFaults(t *testing.T) {
	t.Parallel()
	content := []byte(cmsText)
	run := func(opt sign.LevelOptions) (int, error) {
		var out bytes.Buffer
		err := sign.CMS(context.Background(), &out, bytes.NewReader(content), int64(len(content)), newCMSKey("org-rsa2048.pem"), sign.CMSOptions{Level: opt})
		return out.Len(), err
	}
	for _, failAfter := range []int{1, 2, 3} {
		d := newDesk(t)
		d.failAfter = failAfter
		if n, err := run(d.options(sign.BLTA)); !errors.Is(err, errNoTSA) || n > 0 {
			t.Errorf("token %d: %v, %d octets written", failAfter, err, n)
		}
	}
	d := newDesk(t)
	d.missing = true
	if n, err := run(d.options(sign.BLT)); !errors.Is(err, errNoData) || n > 0 || d.stamped != 1 {
		t.Errorf("no data: %v, %d octets written, %d tokens", err, n, d.stamped)
	}
	if _, err := sign.PrepareCMS(context.Background(), bytes.NewReader(content), int64(len(content)), sign.CMSOptions{NoSignedAttributes: true, Level: d.options(sign.BT)}); err == nil {
		t.Error("a level without signed attributes")
	}
}

// TestCMSLevelOfAddedSigner: the signer that is added reaches the level; the one
// before it stays octet for octet.
func TestCMSLevelOfAddedSigner(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	content := []byte(cmsText)
	first := cmsSign(t, newCMSKey("org-p256.pem"), content, sign.CMSOptions{})
	added := cmsAdd(t, first, "org-rsa2048.pem", sign.CMSOptions{Level: d.options(sign.BLTA)})
	sd := cmsDecode(t, added, content, ca.OrgP256, ca.OrgRSA2048)
	old := cmsDecode(t, first, content, ca.OrgP256)
	if !slices.ContainsFunc(sd.Signers, func(s cms.SignerInfo) bool { return bytes.Equal(s.Raw, old.Signers[0].Raw) }) {
		t.Error("the first signer was changed")
	}
	lifted := 0
	for i := range sd.Signers {
		if s := &sd.Signers[i]; s.UnsignedAttrs != nil {
			lifted++
			checkArchive(t, sd, s, s.UnsignedAttrs.Get(der.AttributeArchiveTimeStampV3)[0].Values[0], content, crypto.SHA256)
		}
	}
	if lifted != 1 {
		t.Errorf("%d signers lifted", lifted)
	}
}
