// Package lang holds what people read: every sentence in English and Japanese,
// side by side where it is made.
//
// An error made with Errorf reads as English to Go code (Error), and Explain
// renders it in either language; errors and Messages among the arguments follow
// the language of the whole. WithHint adds what the person can do about it.
// FromEnvironment chooses the language as POSIX locales do.
//
// There is no catalogue and no key: a sentence without its translation does not
// compile, and both change in one edit.
package lang
