using System.Net;

namespace OpsRestart.Tests.Units.Architecture;

// Each does one thing that the engine must not do. They are read by RulesTests and never run.
internal sealed class InLocal
{
    public static bool Do() => File.Exists("/");
}

internal sealed class InLambda
{
    public static Action Do(string text) => () => Console.WriteLine(text);
}

internal sealed class InIterator
{
    public static IEnumerable<string> Do()
    {
        yield return Environment.MachineName;
    }
}

internal sealed class InAsync
{
    public static async Task<DateTime> DoAsync()
    {
        await Task.Yield();
        return DateTime.UtcNow;
    }
}

internal sealed class InSignature
{
    public Stream? Property { get; init; }
}

internal sealed class InGeneric
{
    public static List<IPAddress> Do() => [];
}
