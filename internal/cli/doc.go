// Package cli makes cobra and pflag speak English and Japanese: help with its
// examples first, and the faults of a command line. A Failure is an error with the
// exit code of its command; ReadPassword reads what --password-file names.
//
//	cli.TranslateHelp(root, language)           // once every command is added
//	root.SetFlagErrorFunc(…cli.FlagError(err)…) // the caller adds its exit code with Fail
//
// It knows nothing of what the commands do.
package cli
