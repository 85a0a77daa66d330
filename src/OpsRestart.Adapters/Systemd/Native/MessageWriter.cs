using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>Puts the arguments of a call into its message. All return a negative errno on failure.</summary>
internal static unsafe class MessageWriter
{
    public static int Append(nint message, object[] arguments)
    {
        foreach (var argument in arguments)
        {
            var result = AppendOne(message, argument);
            if (result < 0)
            {
                return result;
            }
        }

        return 0;
    }

    private static int AppendOne(nint message, object argument) =>
        argument switch
        {
            string text => AppendText(message, text),
            bool flag => AppendFixed(message, 'b', flag ? 1 : 0),
            int number => AppendFixed(message, 'i', number),
            uint number => AppendFixed(message, 'u', number),
            string[] texts => AppendTexts(message, texts),
            _ => throw new ArgumentException($"{argument.GetType()} has no D-Bus type here."),
        };

    private static int AppendFixed<T>(nint message, char type, T value)
        where T : unmanaged => SdBus.AppendBasic(message, (byte)type, &value);

    // sd-bus wants the string itself here, not a pointer to it, and copies it.
    private static int AppendText(nint message, string text)
    {
        var utf8 = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            return SdBus.AppendBasic(message, (byte)'s', (void*)utf8);
        }
        finally
        {
            Marshal.FreeCoTaskMem(utf8);
        }
    }

    private static int AppendTexts(nint message, string[] texts)
    {
        var result = SdBus.OpenContainer(message, (byte)'a', "s");
        foreach (var text in texts)
        {
            result = result < 0 ? result : AppendText(message, text);
        }

        return result < 0 ? result : SdBus.CloseContainer(message);
    }
}
