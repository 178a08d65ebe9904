// Package durable writes output files that are either complete or not there.
//
// Create returns a File that takes the bytes in a hidden file beside the
// target, `.NAME.jsign-XXXXXXXX`. Commit makes it durable and gives it its name:
// fsync of the file, rename, fsync of the folder. Abort, and the end of the
// context, remove it. The usual form is
//
//	out, err := durable.Create(ctx, path, durable.Options{Inputs: inputs})
//	if err != nil { return err }
//	defer out.Abort() // does nothing after Commit
//	…
//	return out.Commit()
//
// Many outputs that are made at the same time go to the disk together with
// Options.Group. Settle makes durable what an earlier process, killed meanwhile, may have left
// in memory only; Sweep removes the hidden files of such processes.
//
// What is promised:
//   - An existing file is replaced only with Options.Force, and without it not
//     even when it appears while the output is being written.
//   - None of Options.Inputs is ever written over, also not through a symbolic
//     or a hard link.
//   - A symbolic link stays and its target is replaced, or created where it
//     dangles.
//   - A replaced file hands on its permission bits, and its owner where the
//     process may set it. Access lists and extended attributes are not kept. A
//     new file gets Options.Perm less the umask.
//   - A target that exists and is not a regular file (a device, a pipe) is
//     written directly, as is a descriptor by name (/dev/stdout, /dev/fd/N):
//     never replaced, never synced, and not undone by Abort.
//   - A write, a sync or a close that failed is never committed. A rename that
//     was reported as failed and was done all the same counts as done.
//
// What is not: where neither an exclusive rename nor hard links exist (FAT and
// some network file systems on Linux, macOS and FreeBSD), a file that appears
// under the name in the last instant can be lost. On Windows the folder is not
// synced; the rename is written through instead (MOVEFILE_WRITE_THROUGH).
//
// Errors are made for people, in both languages with hints; errors.Is finds
// fs.ErrExist, ErrSameFile and the system's own error in them.
package durable
