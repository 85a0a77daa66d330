namespace OpsRestart.Adapters.Supervisor;

/// <summary>What supervisord answers instead of a value (supervisor/xmlrpc.py, class Faults).</summary>
internal sealed class SupervisorFault(int code, string text) : Exception(text)
{
    public const int UnknownMethod = 1;
    public const int ShutdownState = 6;
    public const int BadName = 10;
    public const int NoFile = 20;
    public const int NotExecutable = 21;
    public const int Failed = 30;
    public const int AbnormalTermination = 40;
    public const int SpawnError = 50;
    public const int AlreadyStarted = 60;
    public const int NotRunning = 70;
    public const int CannotReread = 92;

    public int Code => code;

    public static SupervisorFault Of(object value) =>
        value is Dictionary<string, object> members
        && members.GetValueOrDefault("faultCode") is int code
        && members.GetValueOrDefault("faultString") is string text
            ? new SupervisorFault(code, text)
            : throw new FormatException("its fault has no code");
}
