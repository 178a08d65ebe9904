package verify

import (
	"context"
	"crypto"

	"github.com/jsign-jp/jsign/internal/pades"
)

// remember makes the document's history: what its validation data and signatures
// hold for judging certificates, and its timestamps, judged.
func (c *pdfCase) remember(ctx context.Context) error {
	c.history = newHistory(ctx, c.opt.Trust, c.opt.ReportOptions)
	revisions := c.document.File.Revisions()
	if _, err := c.storedBy(len(revisions) - 1); err != nil {
		return err
	}
	c.own = make([]carried, len(c.proofs))
	for i := range c.proofs {
		if m := c.messages[i].Message; m != nil && !c.isTimestamp(i) {
			c.own[i] = c.history.addSigner(m.SignedData, &m.SignedData.Signers[0], c.contentDigest(i))
		}
	}
	c.stamps = make([]*stamp, len(c.proofs))
	for i := range c.proofs {
		if c.isTimestamp(i) && c.proofs[i].OK() && c.proofs[i].Contents != nil {
			c.addDocumentStamp(i)
		}
	}
	if err := c.cover(); err != nil {
		return err
	}
	if anchors := c.opt.Trust.Anchors; c.opt.JPKI && anchors != nil {
		anchors.AddPinned(c.history.pool.Certificates)
	}
	c.history.walk()
	return ctx.Err()
}

func (c *pdfCase) isTimestamp(i int) bool { return c.document.Signatures[i].IsTimestamp() }

// storedBy adds the validation data of a revision to the pool, and returns it.
func (c *pdfCase) storedBy(revision int) (ids []objectID, err error) {
	if ids, known := c.stored[revision]; known {
		return ids, nil
	}
	data, err := c.dss.Read(c.document.File.Revisions()[revision])
	if err != nil {
		return nil, err
	}
	pool := c.history.pool
	for _, b := range data.Certificates {
		ids = append(ids, pool.certificate(b))
	}
	for _, b := range data.CRLs {
		ids = append(ids, pool.crl(b))
	}
	for _, b := range data.OCSPs {
		ids = append(ids, pool.ocsp(b))
	}
	c.stored[revision] = ids
	return ids, nil
}

// contentDigest returns the digest of what a signature covers.
func (c *pdfCase) contentDigest(i int) func(crypto.Hash) []byte {
	return func(h crypto.Hash) []byte {
		if h == 0 || !c.proofs[i].OK() {
			return nil
		}
		digest, err := c.digest(c.proofs[i], h)
		if err != nil {
			return nil
		}
		return digest
	}
}

// addDocumentStamp adds a document timestamp.
func (c *pdfCase) addDocumentStamp(i int) {
	s := c.history.addStamp(DocumentTimestamp, c.proofs[i].Contents, nil, c.contentDigest(i))
	s.Field = c.document.Signatures[i].Field.Name
	c.stamps[i] = s
	c.own[i].add(s)
}

// cover lets each document timestamp prove what was in its revision: validation data
// and the signatures below.
func (c *pdfCase) cover() error {
	for i, s := range c.stamps {
		if s == nil {
			continue
		}
		ids, err := c.storedBy(c.proofs[i].Revision)
		if err != nil {
			return err
		}
		s.covers = append(s.covers, ids...)
		for j := range c.proofs {
			if c.covers(i, j) {
				s.covers = append(s.covers, c.own[j].ids...)
			}
		}
	}
	return nil
}

// covers reports whether the signature or timestamp at i covers that at j.
func (c *pdfCase) covers(i, j int) bool {
	a, b := c.proofs[i], c.proofs[j]
	return i != j && a.OK() && b.OK() && a.Range[1] >= b.Range[2]+b.Range[3]
}

// judgeSigner judges the signer's certificate of signature i, which rests on further
// hashes beside its own.
func (c *pdfCase) judgeSigner(i int, further ...crypto.Hash) certificateSide {
	return func(r *SignerResult, out *Signature) verdict {
		covered := c.own[i].content
		for j, s := range c.stamps {
			if s != nil && c.covers(i, j) {
				covered = append(covered[:len(covered):len(covered)], s)
			}
		}
		v := c.history.judgeSigner(r, c.own[i].content, covered, out, further...)
		if c.document.Signatures[i].SubFilter() != pades.SubFilterCAdESDetached {
			out.Level = NoLevel // EN 319 142-1, 6.2.1
		}
		return v
	}
}
