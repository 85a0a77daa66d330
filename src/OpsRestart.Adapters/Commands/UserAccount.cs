using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Commands;

/// <summary>A user as the system knows it (files, LDAP, whatever nsswitch says).</summary>
internal sealed partial record UserAccount(string Name, uint Id, uint Group, string Home, string Shell)
{
    private const int OutOfRange = 34;

    public static UserAccount? Find(string nameOrId) =>
        Look((ref Entry entry, byte[] buffer, out nint found) => ByName(nameOrId, ref entry, buffer, (nuint)buffer.Length, out found))
        ?? (uint.TryParse(nameOrId, out var id) ? Find(id) : null);

    public static UserAccount? Find(uint id) =>
        Look((ref Entry entry, byte[] buffer, out nint found) => ById(id, ref entry, buffer, (nuint)buffer.Length, out found));

    /// <summary>Who this process acts as.</summary>
    public static UserAccount Me { get; } =
        Find(EffectiveUserId()) ?? new UserAccount(Environment.UserName, EffectiveUserId(), 0, "/", "/bin/sh");

    private static UserAccount? Look(Lookup lookup)
    {
        for (var size = 4096; size <= 1 << 20; size *= 4)
        {
            var buffer = GC.AllocateArray<byte>(size, pinned: true);
            Entry entry = default;
            var result = lookup(ref entry, buffer, out var found);
            if (result != OutOfRange)
            {
                return result == 0 && found != 0
                    ? new UserAccount(Text(entry.Name), entry.User, entry.Group, Text(entry.Home), Text(entry.Shell))
                    : null;
            }
        }

        return null;
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    private delegate int Lookup(ref Entry entry, byte[] buffer, out nint found);

    // struct passwd, the same in glibc and musl.
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Description;
        public nint Home;
        public nint Shell;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ByName(string name, ref Entry entry, [In, Out] byte[] buffer, nuint size, out nint found);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int ById(uint id, ref Entry entry, [In, Out] byte[] buffer, nuint size, out nint found);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();
}
