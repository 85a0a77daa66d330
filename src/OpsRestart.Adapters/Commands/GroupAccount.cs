using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Commands;

/// <summary>A group as the system knows it (files, LDAP, whatever nsswitch says).</summary>
internal sealed partial record GroupAccount(string Name, uint Id)
{
    private const int OutOfRange = 34;

    public static GroupAccount? Find(string nameOrId) =>
        Look((ref Entry entry, byte[] buffer, out nint found) => ByName(nameOrId, ref entry, buffer, (nuint)buffer.Length, out found))
        ?? (uint.TryParse(nameOrId, out var id) ? Find(id) : null);

    public static GroupAccount? Find(uint id) =>
        Look((ref Entry entry, byte[] buffer, out nint found) => ById(id, ref entry, buffer, (nuint)buffer.Length, out found));

    private static GroupAccount? Look(Lookup lookup)
    {
        // The members' names are in the buffer too.
        for (var size = 4096; size <= 1 << 22; size *= 4)
        {
            var buffer = GC.AllocateArray<byte>(size, pinned: true);
            Entry entry = default;
            var result = lookup(ref entry, buffer, out var found);
            if (result != OutOfRange)
            {
                return result == 0 && found != 0 ? new GroupAccount(Marshal.PtrToStringUTF8(entry.Name) ?? "", entry.Group) : null;
            }
        }

        return null;
    }

    private delegate int Lookup(ref Entry entry, byte[] buffer, out nint found);

    // struct group, the same in glibc and musl.
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint Group;
        public nint Members;
    }

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ByName(string name, ref Entry entry, [In, Out] byte[] buffer, nuint size, out nint found);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static partial int ById(uint id, ref Entry entry, [In, Out] byte[] buffer, nuint size, out nint found);
}
