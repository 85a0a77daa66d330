namespace OpsRestart.Core.Reports;

/// <summary>A step that is under way.</summary>
public sealed record RunningStep(string Verb, string Target, DateTime Since, string Message)
{
    public override string ToString() => $"{Verb} {Target}".TrimEnd();
}
