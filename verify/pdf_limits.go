package verify

// maxPDFSignatures bounds the signatures of one document: each reads the file
// again. Contracts with a hundred signers exist.
const maxPDFSignatures = 500

// maxMutual is with how many others a signature may stand in one revision, each covering
// the other: none is right but one, and each reads the file again.
const maxMutual = 8

// maxSmallContent bounds what a CMS message in /Contents may carry inside: a
// digest of 20 bytes or a TSTInfo of some hundred.
const maxSmallContent = 64 << 10
