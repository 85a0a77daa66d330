using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>
/// sd-bus(3): only calls without variable arguments, which have no portable calling convention from here. All return a negative errno on
/// failure. A bus and its messages belong to one thread.
/// </summary>
internal static unsafe partial class SdBus
{
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_open_system")]
    public static partial int OpenSystem(out nint bus);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_open_user")]
    public static partial int OpenUser(out nint bus);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_open_system_remote", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenSystemRemote(out nint bus, string host);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_flush_close_unref")]
    public static partial nint FlushCloseUnref(nint bus);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_close_unref")]
    public static partial nint CloseUnref(nint bus);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_is_open")]
    public static partial int IsOpen(BusHandle bus);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_process")]
    public static partial int Process(BusHandle bus, nint* message);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_get_fd")]
    public static partial int GetFd(BusHandle bus);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_get_events")]
    public static partial int GetEvents(BusHandle bus);

    /// <summary>When to call Process at the latest: microseconds of CLOCK_MONOTONIC, ulong.MaxValue for never.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_get_timeout")]
    public static partial int GetTimeout(BusHandle bus, out ulong microseconds);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_new_method_call", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int NewMethodCall(
        BusHandle bus,
        out nint message,
        string destination,
        string path,
        string @interface,
        string member
    );

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_call_async")]
    public static partial int CallAsync(
        BusHandle bus,
        nint slot,
        nint message,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback,
        nint userData,
        ulong microseconds
    );

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_add_match_async", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddMatchAsync(
        BusHandle bus,
        out nint slot,
        string match,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> installed,
        nint userData
    );

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_slot_unref")]
    public static partial nint SlotUnref(nint slot);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_unref")]
    public static partial nint MessageUnref(nint message);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_append_basic")]
    public static partial int AppendBasic(nint message, byte type, void* value);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_open_container", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenContainer(nint message, byte type, string contents);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_close_container")]
    public static partial int CloseContainer(nint message);

    /// <summary>Positive: a value follows; 0: the end of the container.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_peek_type")]
    public static partial int PeekType(nint message, out byte type, out byte* contents);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_read_basic")]
    public static partial int ReadBasic(nint message, byte type, void* value);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_read_array")]
    public static partial int ReadArray(nint message, byte type, out void* pointer, out nuint size);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_enter_container")]
    public static partial int EnterContainer(nint message, byte type, byte* contents);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_exit_container")]
    public static partial int ExitContainer(nint message);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_skip")]
    public static partial int Skip(nint message, byte* types);

    /// <summary>Null for a message that is no error. What it points to lives as long as the message.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_get_error")]
    public static partial SdBusError* GetError(nint message);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_get_path")]
    public static partial byte* GetPath(nint message);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_bus_message_get_member")]
    public static partial byte* GetMember(nint message);

    public static string Text(byte* utf8) => Utf8StringMarshaller.ConvertToManaged(utf8) ?? "";
}
