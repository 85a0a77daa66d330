using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>Copies the values of a message out of it: nothing of a message may be used after its callback has returned.</summary>
internal static unsafe class MessageReader
{
    public static BusReply ReadReply(nint message)
    {
        var error = SdBus.GetError(message);
        if (error is not null)
        {
            return BusReply.Failed(new BusError(SdBus.Text(error->Name), SdBus.Text(error->Message)));
        }

        try
        {
            return new BusReply(ReadMany(message), null);
        }
        catch (InvalidDataException failure)
        {
            return BusReply.Failed(new BusError(BusError.Failed, failure.Message));
        }
    }

    // At the end of an array enter_container gives -ENXIO and not 0, so every value is peeked at first.
    private static object?[] ReadMany(nint message)
    {
        var values = new List<object?>();
        while (SdBus.PeekType(message, out var type, out var contents) > 0)
        {
            values.Add(ReadOne(message, type, contents));
        }

        return [.. values];
    }

    private static object? ReadOne(nint message, byte type, byte* contents) =>
        (char)type switch
        {
            's' or 'o' or 'g' => ReadText(message, type),
            'b' => ReadFixed<int>(message, type) != 0,
            'i' => ReadFixed<int>(message, type),
            'u' => ReadFixed<uint>(message, type),
            't' => ReadFixed<ulong>(message, type),
            'x' => ReadFixed<long>(message, type),
            'n' => ReadFixed<short>(message, type),
            'q' => ReadFixed<ushort>(message, type),
            'y' => ReadFixed<byte>(message, type),
            'd' => ReadFixed<double>(message, type),
            'a' => ReadArray(message, contents),
            'v' => ReadVariant(message, contents),
            'r' => ReadContainer(message, type, contents),
            _ => SkipOne(message),
        };

    private static string ReadText(nint message, byte type)
    {
        byte* text;
        Check(SdBus.ReadBasic(message, type, &text));
        return SdBus.Text(text);
    }

    private static T ReadFixed<T>(nint message, byte type)
        where T : unmanaged
    {
        T value;
        Check(SdBus.ReadBasic(message, type, &value));
        return value;
    }

    private static object ReadArray(nint message, byte* contents)
    {
        if (contents[0] == (byte)'y')
        {
            Check(SdBus.ReadArray(message, (byte)'y', out var pointer, out var size));
            return new ReadOnlySpan<byte>(pointer, (int)size).ToArray();
        }

        var isMap = contents[0] == (byte)'{' && contents[1] == (byte)'s' && contents[2] == (byte)'v';
        var isText = contents[0] is (byte)'s' or (byte)'o' && contents[1] == 0;
        Check(SdBus.EnterContainer(message, (byte)'a', contents));
        object values =
            isMap ? ReadMap(message)
            : isText ? Array.ConvertAll(ReadMany(message), v => (string)v!)
            : ReadMany(message);
        Check(SdBus.ExitContainer(message));
        return values;
    }

    private static Dictionary<string, object?> ReadMap(nint message)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (SdBus.PeekType(message, out var type, out var contents) > 0)
        {
            Check(SdBus.EnterContainer(message, type, contents));
            var key = ReadText(message, (byte)'s');
            Check(SdBus.PeekType(message, out var valueType, out var valueContents));
            map[key] = ReadOne(message, valueType, valueContents);
            Check(SdBus.ExitContainer(message));
        }

        return map;
    }

    private static object? ReadVariant(nint message, byte* contents)
    {
        Check(SdBus.EnterContainer(message, (byte)'v', contents));
        Check(SdBus.PeekType(message, out var type, out var inner));
        var value = ReadOne(message, type, inner);
        Check(SdBus.ExitContainer(message));
        return value;
    }

    private static object?[] ReadContainer(nint message, byte type, byte* contents)
    {
        Check(SdBus.EnterContainer(message, type, contents));
        var values = ReadMany(message);
        Check(SdBus.ExitContainer(message));
        return values;
    }

    private static object? SkipOne(nint message)
    {
        Check(SdBus.Skip(message, null));
        return null;
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new InvalidDataException($"A D-Bus message could not be read (errno {-result}).");
        }
    }
}
