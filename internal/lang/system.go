package lang

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// system renders what the operating system and the standard library say most
// often; ok is false for anything else. English keeps Go's own words.
func system(err error, l Language) (text string, ok bool) {
	if l != Japanese {
		return "", false
	}
	var path *fs.PathError
	if errors.As(err, &path) && err == error(path) {
		return Display(path.Path) + ": " + Explain(path.Err, l), true
	}
	for _, known := range systemErrors() {
		if err == known.err {
			return known.ja, true
		}
	}
	return "", false
}

type systemError struct {
	err error
	ja  string
}

func systemErrors() []systemError {
	return []systemError{
		{io.EOF, "データの終わりです"},
		{io.ErrUnexpectedEOF, "データが途中で終わっています"},
		{context.Canceled, "中断されました"},
		{context.DeadlineExceeded, "時間切れです"},
		{fs.ErrClosed, "すでに閉じられています"},
		{syscall.ENOENT, "ファイルまたはフォルダーがありません"},
		{syscall.EACCES, "権限がありません"},
		{syscall.EPERM, "許可されていない操作です"},
		{syscall.EEXIST, "すでに存在します"},
		{syscall.ENOTDIR, "フォルダーではありません"},
		{syscall.EISDIR, "フォルダーです"},
		{syscall.EINVAL, "引数が正しくありません"},
		{syscall.EMFILE, "開いているファイルが多すぎます"},
		{syscall.ENOSPC, "ディスクに空きがありません"},
		{syscall.EROFS, "読み取り専用のファイルシステムです"},
		{syscall.EIO, "入出力エラーです"},
		{syscall.EBADF, "ファイル記述子が正しくありません"},
		{syscall.ENXIO, "装置がありません"},
		{syscall.EPIPE, "パイプの先が閉じられています"},
		{syscall.ECONNREFUSED, "接続を拒否されました"},
		{syscall.ENAMETOOLONG, "ファイル名が長すぎます"},
	}
}
