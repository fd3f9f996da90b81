// The part of PDFium's public C API that this service calls. The prebuilt library comes without headers; the
// declarations follow the documented API (fpdfview.h, fpdf_text.h, fpdf_edit.h), which is stable between releases.
#pragma once
#include <pdfium_version.h>

typedef struct fpdf_document_t__ *FPDF_DOCUMENT;
typedef struct fpdf_page_t__ *FPDF_PAGE;
typedef struct fpdf_textpage_t__ *FPDF_TEXTPAGE;
typedef struct fpdf_bitmap_t__ *FPDF_BITMAP;
typedef struct fpdf_pageobject_t__ *FPDF_PAGEOBJECT;
typedef int FPDF_BOOL;

typedef struct { float width, height; } FS_SIZEF;
typedef struct { float left, top, right, bottom; } FS_RECTF;

// FPDF_GetLastError
enum { FPDF_ERR_SUCCESS = 0, FPDF_ERR_UNKNOWN, FPDF_ERR_FILE, FPDF_ERR_FORMAT, FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY, FPDF_ERR_PAGE };
// FPDFBitmap_CreateEx
enum { FPDFBitmap_Gray = 1, FPDFBitmap_BGR = 2, FPDFBitmap_BGRx = 3, FPDFBitmap_BGRA = 4 };
// FPDF_RenderPageBitmap
enum { FPDF_ANNOT = 0x01, FPDF_GRAYSCALE = 0x08, FPDF_PRINTING = 0x800 };
// FPDFPageObj_GetType
enum { FPDF_PAGEOBJ_TEXT = 1, FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_SHADING, FPDF_PAGEOBJ_FORM };

void FPDF_InitLibrary(void);
FPDF_DOCUMENT FPDF_LoadDocument(const char *path, const char *password);
unsigned long FPDF_GetLastError(void);
void FPDF_CloseDocument(FPDF_DOCUMENT document);
int FPDF_GetPageCount(FPDF_DOCUMENT document);

// Pages. Sizes are in points and take the page's own rotation into account.
FPDF_PAGE FPDF_LoadPage(FPDF_DOCUMENT document, int index);
void FPDF_ClosePage(FPDF_PAGE page);
float FPDF_GetPageWidthF(FPDF_PAGE page);
float FPDF_GetPageHeightF(FPDF_PAGE page);
// Quarter turns clockwise.
int FPDFPage_GetRotation(FPDF_PAGE page);
FPDF_BOOL FPDF_PageToDevice(FPDF_PAGE page, int start_x, int start_y, int size_x, int size_y, int rotate, double page_x,
                            double page_y, int *device_x, int *device_y);

// Objects.
int FPDFPage_CountObjects(FPDF_PAGE page);
FPDF_PAGEOBJECT FPDFPage_GetObject(FPDF_PAGE page, int index);
int FPDFPageObj_GetType(FPDF_PAGEOBJECT object);
FPDF_BOOL FPDFPageObj_GetBounds(FPDF_PAGEOBJECT object, float *left, float *bottom, float *right, float *top);

// Text, by character.
FPDF_TEXTPAGE FPDFText_LoadPage(FPDF_PAGE page);
void FPDFText_ClosePage(FPDF_TEXTPAGE text_page);
int FPDFText_CountChars(FPDF_TEXTPAGE text_page);
unsigned int FPDFText_GetUnicode(FPDF_TEXTPAGE text_page, int index);
int FPDFText_IsGenerated(FPDF_TEXTPAGE text_page, int index);
int FPDFText_IsHyphen(FPDF_TEXTPAGE text_page, int index);
int FPDFText_HasUnicodeMapError(FPDF_TEXTPAGE text_page, int index);
double FPDFText_GetFontSize(FPDF_TEXTPAGE text_page, int index);
// Radians, counter-clockwise in page space; negative on failure.
float FPDFText_GetCharAngle(FPDF_TEXTPAGE text_page, int index);
FPDF_BOOL FPDFText_GetCharBox(FPDF_TEXTPAGE text_page, int index, double *left, double *right, double *bottom, double *top);
FPDF_BOOL FPDFText_GetLooseCharBox(FPDF_TEXTPAGE text_page, int index, FS_RECTF *rect);

// Rendering into memory that the caller owns. A negative or zero stride is not allowed with caller's memory.
FPDF_BITMAP FPDFBitmap_CreateEx(int width, int height, int format, void *first_scan, int stride);
FPDF_BOOL FPDFBitmap_FillRect(FPDF_BITMAP bitmap, int left, int top, int width, int height, unsigned long argb);
void FPDFBitmap_Destroy(FPDF_BITMAP bitmap);
void FPDF_RenderPageBitmap(FPDF_BITMAP bitmap, FPDF_PAGE page, int start_x, int start_y, int size_x, int size_y,
                           int rotate, int flags);
