namespace OpsRestart.Core.Reports;

/// <summary>The few colours that mean something. Each front has its own sequences for them.</summary>
internal enum Paint
{
    None,
    Good,
    Warning,
    Bad,
    Faint,
    Strong,
    Heading,
}
