using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpsRestart.Adapters.Files;

/// <summary>What statx(2) says of a file. (.NET tells neither its owner, nor what kind it is, nor its ctime.)</summary>
internal readonly partial record struct FileStatus(uint Owner, uint Group, int Mode, ulong Inode, uint Major, uint Minor)
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint Basic = 0x7ff;
    private const int Size = 256;

    /// <summary>Its last change, of content or attributes (ctime), in UTC.</summary>
    public DateTime Changed { get; private init; }

    public bool IsFolder => (Mode & 0xF000) == 0x4000;

    public bool IsFile => (Mode & 0xF000) == 0x8000;

    public bool IsLink => (Mode & 0xF000) == 0xA000;

    public bool IsSticky => (Mode & 0x200) != 0;

    public string Permissions => Convert.ToString(Mode & 0xFFF, 8);

    public string Kind =>
        IsLink ? "a symbolic link"
        : IsFolder ? "a folder"
        : IsFile ? "a file"
        : "no plain file";

    /// <summary>Of the link, when it is one. Null when there is nothing, or it may not be looked at.</summary>
    public static FileStatus? Of(string path) => Of(path, NoFollow);

    /// <summary>Of what a link leads to.</summary>
    public static FileStatus? OfTarget(string path) => Of(path, 0);

    public static FileStatus? Of(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[Size];
        return AskOpen(file, "", EmptyPath, Basic, ref MemoryMarshal.GetReference(buffer)) == 0 ? Read(buffer) : null;
    }

    public bool IsSameAs(FileStatus? other) => other is { } o && (o.Inode, o.Major, o.Minor) == (Inode, Major, Minor);

    private static FileStatus? Of(string path, int flags)
    {
        Span<byte> buffer = stackalloc byte[Size];
        return Ask(CurrentFolder, path, flags, Basic, ref MemoryMarshal.GetReference(buffer)) == 0 ? Read(buffer) : null;
    }

    // struct statx, the same on every architecture.
    private static FileStatus Read(ReadOnlySpan<byte> s) =>
        new(
            MemoryMarshal.Read<uint>(s[20..]),
            MemoryMarshal.Read<uint>(s[24..]),
            MemoryMarshal.Read<ushort>(s[28..]),
            MemoryMarshal.Read<ulong>(s[32..]),
            MemoryMarshal.Read<uint>(s[136..]),
            MemoryMarshal.Read<uint>(s[140..])
        )
        {
            Changed = DateTime.UnixEpoch.AddSeconds(MemoryMarshal.Read<long>(s[96..])).AddTicks(MemoryMarshal.Read<uint>(s[104..]) / 100),
        };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AskOpen(SafeFileHandle file, string path, int flags, uint mask, ref byte buffer);
}
