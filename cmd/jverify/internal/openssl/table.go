package openssl

// option is one option: its name in openssl's spelling, what it takes, and what
// it does. value is the name itself for a flag.
type option struct {
	name string
	kind kind
	set  func(o *Options, value string) error
}

// table lists the options of `openssl cms` 3.0 and, at the end, jverify's own.
var table = []option{
	{"help", flag, func(o *Options, _ string) error { o.Own.Help = true; return nil }},

	{"in", text, func(o *Options, v string) error { o.In = File{v, true}; return nil }},
	{"out", text, func(o *Options, v string) error { o.Out = File{v, true}; return nil }},
	{"content", text, func(o *Options, v string) error { o.Content = File{v, true}; return nil }},
	{"certfile", text, func(o *Options, v string) error { o.CertFile = File{v, true}; return nil }},
	{"certsout", text, func(o *Options, v string) error { o.CertsOut = File{v, true}; return nil }},
	{"signer", text, func(o *Options, v string) error { o.Signer = File{v, true}; o.signers++; return nil }},
	{"inform", text, setForm},
	{"outform", text, func(_ *Options, v string) error { _, err := parseForm("outform", v); return err }},
	{"rctform", text, func(_ *Options, v string) error { _, err := parseForm("rctform", v); return err }},

	{"verify", flag, ignored},
	{"CAfile", text, func(o *Options, v string) error { o.CAFile = File{v, true}; return nil }},
	{"CApath", folder, func(o *Options, v string) error { o.CAPath = File{v, true}; return nil }},
	{"CAstore", text, func(o *Options, v string) error { o.CAStore = File{v, true}; return nil }},
	{"no-CAfile", flag, func(o *Options, _ string) error { o.NoCAFile = true; return nil }},
	{"no-CApath", flag, func(o *Options, _ string) error { o.NoCAPath = true; return nil }},
	{"no-CAstore", flag, func(o *Options, _ string) error { o.NoCAStore = true; return nil }},

	{"binary", flag, func(o *Options, _ string) error { o.Binary = true; return nil }},
	{"crlfeol", flag, func(o *Options, _ string) error { o.CRLFEOL = true; return nil }},
	{"asciicrlf", flag, func(o *Options, _ string) error { o.ASCIICRLF = true; return nil }},
	{"text", flag, func(o *Options, _ string) error { o.Text = true; return nil }},
	{"nointern", flag, func(o *Options, _ string) error { o.NoIntern = true; return nil }},
	{"noverify", flag, func(o *Options, _ string) error { o.NoVerify = true; return nil }},
	{"no_attr_verify", flag, func(o *Options, _ string) error { o.NoAttrVerify = true; return nil }},
	{"no_content_verify", flag, func(o *Options, _ string) error { o.NoContentVerify = true; return nil }},
	{"nosigs", flag, func(o *Options, _ string) error { o.NoAttrVerify, o.NoContentVerify = true, true; return nil }},
	{"cades", flag, func(o *Options, _ string) error { o.CAdES = true; return nil }},
	{"verify_retcode", flag, func(o *Options, _ string) error { o.RetCode = true; return nil }},
	{"receipt_request_print", flag, func(o *Options, _ string) error { o.ReceiptPrint = true; return nil }},

	{"policy", text, addPolicy},
	{"purpose", text, setPurpose},
	{"verify_name", text, setName},
	{"verify_depth", integer, func(o *Options, v string) error { o.Check.Depth = number(v); return nil }},
	{"auth_level", integer, func(o *Options, v string) error { o.Check.AuthLevel = number(v); return nil }},
	{"attime", seconds, func(o *Options, v string) error { o.Check.AtTime = number(v); return nil }},
	{"verify_hostname", text, func(o *Options, v string) error { o.Check.Host = v; return nil }},
	{"verify_email", text, func(o *Options, v string) error { o.Check.Emails = []string{v}; return nil }},
	{"verify_ip", text, setIP},
	{"ignore_critical", flag, func(o *Options, _ string) error { o.Check.IgnoreCritical = true; return nil }},
	{"issuer_checks", flag, ignored},
	{"crl_check", flag, func(o *Options, _ string) error { o.Check.CRLCheck = true; return nil }},
	{"crl_check_all", flag, func(o *Options, _ string) error { o.Check.CRLCheckAll = true; return nil }},
	{"policy_check", flag, func(o *Options, _ string) error { o.Check.PolicyCheck = true; return nil }},
	{"explicit_policy", flag, func(o *Options, _ string) error { o.Check.ExplicitPolicy = true; return nil }},
	{"inhibit_any", flag, func(o *Options, _ string) error { o.Check.InhibitAny = true; return nil }},
	{"inhibit_map", flag, func(o *Options, _ string) error { o.Check.InhibitMap = true; return nil }},
	{"x509_strict", flag, func(o *Options, _ string) error { o.Check.X509Strict = true; return nil }},
	{"extended_crl", flag, func(o *Options, _ string) error { o.Check.ExtendedCRL = true; return nil }},
	{"use_deltas", flag, func(o *Options, _ string) error { o.Check.UseDeltas = true; return nil }},
	{"policy_print", flag, func(o *Options, _ string) error { o.Check.PolicyText = true; return nil }},
	{"check_ss_sig", flag, func(o *Options, _ string) error { o.Check.CheckSelfSigned = true; return nil }},
	{"trusted_first", flag, func(o *Options, _ string) error { o.Check.TrustedFirst = true; return nil }},
	{"suiteB_128_only", flag, setSuiteB},
	{"suiteB_128", flag, setSuiteB},
	{"suiteB_192", flag, setSuiteB},
	{"partial_chain", flag, func(o *Options, _ string) error { o.Check.PartialChain = true; return nil }},
	{"no_alt_chains", flag, func(o *Options, _ string) error { o.Check.NoAltChains = true; return nil }},
	{"no_check_time", flag, func(o *Options, _ string) error { o.Check.NoCheckTime = true; return nil }},
	{"allow_proxy_certs", flag, func(o *Options, _ string) error { o.Check.AllowProxy = true; return nil }},

	// Taken and without effect on -verify.
	{"md", text, func(o *Options, v string) error { o.digest = v; return nil }},
	{"wrap", text, func(o *Options, v string) error { o.wrap = v; return nil }},
	{"inkey", text, func(o *Options, v string) error { o.keys = append(o.keys, v); return nil }},
	{"nodetach", flag, func(o *Options, _ string) error { o.noDetach = true; return nil }},
	{"noattr", flag, func(o *Options, _ string) error { o.noAttr = true; return nil }},
	{"nameopt", text, ignored},
	{"noout", flag, ignored},
	{"print", flag, ignored},
	{"stream", flag, ignored},
	{"indef", flag, ignored},
	{"noindef", flag, ignored},
	{"keyid", flag, ignored},
	{"nocerts", flag, ignored},
	{"nosmimecap", flag, ignored},
	{"debug_decrypt", flag, ignored},
	{"secretkey", text, ignored},
	{"secretkeyid", text, ignored},
	{"pwri_password", text, ignored},
	{"econtent_type", text, ignored},
	{"passin", text, ignored},
	{"keyform", text, ignored},
	{"keyopt", text, ignored},
	{"to", text, ignored},
	{"from", text, ignored},
	{"subject", text, ignored},
	{"recip", text, ignored},
	{"originator", text, ignored},
	{"receipt_request_all", flag, func(o *Options, _ string) error { o.receipts.all = true; return nil }},
	{"receipt_request_first", flag, func(o *Options, _ string) error { o.receipts.all = true; return nil }},
	{"receipt_request_from", text, func(o *Options, _ string) error { o.receipts.from = true; return nil }},
	{"receipt_request_to", text, func(o *Options, _ string) error { o.receipts.to = true; return nil }},
	{"aes128-wrap", flag, ignored},
	{"aes192-wrap", flag, ignored},
	{"aes256-wrap", flag, ignored},
	{"des3-wrap", flag, ignored},
	{"engine", text, ignored},
	{"provider", text, ignored},
	{"provider-path", text, ignored},
	{"propquery", text, ignored},
	{"rand", text, ignored},
	{"writerand", text, ignored},
	{"config", text, ignored},

	// The other operations of `openssl cms`.
	{"encrypt", flag, otherOperation},
	{"decrypt", flag, otherOperation},
	{"sign", flag, otherOperation},
	{"resign", flag, otherOperation},
	{"sign_receipt", flag, otherOperation},
	{"verify_receipt", text, func(*Options, string) error { return onlyVerify("verify_receipt") }},
	{"digest_create", flag, otherOperation},
	{"digest_verify", flag, otherOperation},
	{"compress", flag, otherOperation},
	{"uncompress", flag, otherOperation},
	{"EncryptedData_encrypt", flag, otherOperation},
	{"EncryptedData_decrypt", flag, otherOperation},
	{"data_create", flag, otherOperation},
	{"data_out", flag, otherOperation},
	{"cmsout", flag, otherOperation},

	// jverify's own.
	{"strict", flag, func(o *Options, _ string) error { o.Own.Strict = true; return nil }},
	{"json", flag, func(o *Options, _ string) error { o.Own.JSON = true; return nil }},
	{"report", flag, func(o *Options, _ string) error { o.Own.Report = true; return nil }},
	{"show-identity", flag, func(o *Options, _ string) error { o.Own.ShowIdentity = true; return nil }},
	{"release-unverified", flag, func(o *Options, _ string) error { o.Own.ReleaseUnverified = true; return nil }},
	{"require-revocation", flag, func(o *Options, _ string) error { o.Own.RequireRevocation = true; return nil }},
	{"crl", text, func(o *Options, v string) error { return add(&o.Own.Evidence.CRLs, v) }},
	{"ocsp", text, func(o *Options, v string) error { return add(&o.Own.Evidence.OCSPs, v) }},
	{"bundle", text, func(o *Options, v string) error { o.Own.Bundle = v; return nil }},
	{"at", text, func(o *Options, v string) error { o.Own.At = v; return nil }},
	{"online", flag, func(o *Options, _ string) error { o.Own.Online = true; return nil }},
	{"no-cache", flag, func(o *Options, _ string) error { o.Own.Evidence.NoCache = true; return nil }},
	{"use-proxy", flag, func(o *Options, _ string) error { o.Own.Evidence.UseProxy = true; return nil }},
	{"ldap-server", text, func(o *Options, v string) error { return add(&o.Own.Evidence.Directories, v) }},
	{"allow-address", text, func(o *Options, v string) error { return add(&o.Own.Evidence.Addresses, v) }},
	{"profile", text, setProfile},
	{"extract-revision", integer, func(o *Options, v string) error { o.Own.Revision = number(v); return nil }},
	{"o", text, func(o *Options, v string) error { o.Out = File{v, true}; return nil }},
	{"password-file", text, func(o *Options, v string) error { o.Own.PasswordFile = File{v, true}; return nil }},
	{"lang", text, func(o *Options, v string) error { o.Own.Language = v; return nil }},
	{"version", flag, func(o *Options, _ string) error { o.Own.Version = true; return nil }},
	{"h", flag, func(o *Options, _ string) error { o.Own.Help = true; return nil }},
}

func ignored(*Options, string) error { return nil }

func otherOperation(_ *Options, name string) error { return onlyVerify(name) }

func setForm(o *Options, v string) (err error) {
	o.formGiven = true
	o.Form, err = parseForm("inform", v)
	return err
}

func setSuiteB(o *Options, name string) error {
	o.Check.SuiteB = name
	return nil
}

// add appends the value of a repeatable option.
func add(list *[]string, value string) error {
	*list = append(*list, value)
	return nil
}
