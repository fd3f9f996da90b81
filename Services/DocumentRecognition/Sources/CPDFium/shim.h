#pragma once
void FPDF_InitLibrary(void);
