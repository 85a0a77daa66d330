namespace OpsRestart.Core.Planning;

/// <summary>The ids of steps: <c>kind:target</c>.</summary>
internal static class StepId
{
    public const string Validate = "validate";

    public static string Suspend(string queue) => "suspend:" + queue;

    public static string Drain(string queue) => "drain:" + queue;

    public static string Signal(string node) => "signal:" + node;

    public static string Kill(string node) => "kill:" + node;

    public static string Stop(string node) => "stop:" + node;

    public static string Hook(string hook) => "hook:" + hook;

    public static string Start(string node) => "start:" + node;

    public static string Ready(string node) => "ready:" + node;

    public static string Consume(string node) => "consume:" + node;

    public static string Settle(string node) => "settle:" + node;

    public static string Resume(string queue) => "resume:" + queue;
}
