namespace OpsRestart.Cli.Commands;

/// <summary>How a status is written.</summary>
internal enum StatusFormat
{
    /// <summary>Tables for people.</summary>
    Text,

    /// <summary>JSON Lines.</summary>
    Json,

    /// <summary>One line as a monitoring plugin writes it, and its exit code.</summary>
    Nagios,
}
