# Bootstrap only; the cmdlets are compiled. OpsRestart.dll goes to PowerShell's own load context, everything else to a private one.
$null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Join($PSScriptRoot, 'bin', 'OpsRestart.dll'))
$assembly = [OpsRestart.Hosting.ModuleLoader]::Load()
$cmdlets = Import-Module -Assembly $assembly -Force -PassThru

# The second import in a session finds the nested module loaded and exports nothing of it (PowerShell#20710).
if ($ExecutionContext.SessionState.Module.ExportedCmdlets.Count -eq 0) {
    $addExport = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
    foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
        $addExport.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
