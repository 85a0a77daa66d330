using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>The host's own libsystemd: its name, and whether it is there.</summary>
internal static class LibSystemd
{
    public const string Name = "libsystemd.so.0";

    private static readonly Lazy<bool> Loaded = new(() => NativeLibrary.TryLoad(Name, typeof(LibSystemd).Assembly, null, out _));

    public static bool IsAvailable => Loaded.Value;
}
