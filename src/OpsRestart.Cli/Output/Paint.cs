namespace OpsRestart.Cli.Output;

/// <summary>The few colours that mean something.</summary>
internal enum Paint
{
    None,
    Good,
    Warning,
    Bad,
    Faint,
    Strong,
}
